import fc from 'fast-check';
import { expect, it } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { BACKUP_TABLES, encodeBackup, parseBackup, prevails } from './backup.ts';

it('reads back as written, whatever the records hold', () => {
  const record = fc.record({
    id: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
    text: fc.string({ unit: 'grapheme' }),
    updatedAtMs: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(record), (drafts) => {
      expect(parseBackup(encodeBackup({ drafts })).drafts).toEqual(drafts);
    }),
  );
});

it('holds every kind, tries and reflections included', () => {
  const all = Object.fromEntries(BACKUP_TABLES.map((table) => [table, [{ id: table, answers: { a: ['1'] } }]]));
  expect(parseBackup(encodeBackup(all))).toEqual(all);
});

it('reads a backup of an older app, and leaves out what a newer one added', () => {
  expect(parseBackup(utf8('{"drafts":[{"id":"a"}],"later":[1]}'))).toEqual({ drafts: [{ id: 'a' }] });
});

it('refuses what is no backup', () => {
  for (const text of ['nonsense', '[]', '{"drafts":[1]}', '{"drafts":[{"text":"no id"}]}', '{"notes":{}}']) {
    expect(() => parseBackup(utf8(text)), text).toThrow('MALFORMED');
  }
});

it('lets the later change win, and what is here on a tie', () => {
  for (const table of ['drafts', 'notes', 'attempts', 'reflections'] as const) {
    expect(prevails(table, { updatedAtMs: 2 }, { updatedAtMs: 1 })).toBe(true);
    expect(prevails(table, { updatedAtMs: 1 }, { updatedAtMs: 1 })).toBe(false);
    expect(prevails(table, { updatedAtMs: 1 }, { updatedAtMs: 2 })).toBe(false);
  }
});

it('never moves work back a step, nor reading progress, whatever the clocks said', () => {
  expect(prevails('submissions', { step: 'outbox', createdAtMs: 9 }, { step: 'handedIn', createdAtMs: 1 })).toBe(false);
  expect(prevails('submissions', { step: 'marked', createdAtMs: 1 }, { step: 'received', createdAtMs: 1 })).toBe(true);
  expect(prevails('progress', { fraction: 0.2, updatedAtMs: 9 }, { fraction: 0.5, updatedAtMs: 1 })).toBe(false);
  expect(prevails('progress', { fraction: 0.6, updatedAtMs: 1 }, { fraction: 0.5, updatedAtMs: 9 })).toBe(true);
});
