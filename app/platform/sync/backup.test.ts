import { expect, test } from 'vitest';
import type { OpenRecords } from '../records/open-records.ts';
import { mergeBackup } from './backup.ts';

/** Records that hold what is given, by table and id. */
function recordsWith(known: Readonly<Record<string, object>>): OpenRecords {
  const none = async () => undefined;
  return {
    // A record's type is whatever the caller says, as in the vault
    get: async (table, id) => JSON.parse(JSON.stringify(known[`${table} ${id}`] ?? null)) ?? undefined,
    all: async () => [],
    file: none,
    change: none,
    watch: () => () => {},
    close: () => {},
  };
}

const place = (fraction: number, updatedAtMs: number) => ({
  id: 'p',
  modulePath: 'm',
  href: 'h',
  fraction,
  updatedAtMs,
});

test('a restored backup brings notes and looks back, and never takes reading back', async () => {
  const records = recordsWith({ 'progress p': place(0.8, 1), 'notes n': { id: 'n', updatedAtMs: 5 } });
  const changes = await mergeBackup(records, {
    progress: [place(0.3, 9)],
    notes: [
      { id: 'n', updatedAtMs: 4 },
      { id: 'm', updatedAtMs: 4 },
    ],
    reflections: [{ id: 'r', updatedAtMs: 1 }],
  });
  expect(changes.map(({ kind, id }) => [kind, id])).toEqual([
    ['put', 'm'],
    ['put', 'r'],
  ]);
  expect(await mergeBackup(records, { progress: [place(0.9, 0)] })).toHaveLength(1);
});
