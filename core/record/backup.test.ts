import fc from 'fast-check';
import { expect, it } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { type Backup, EMPTY_BACKUP, encodeBackup, mergeBackups, parseBackup } from './backup.ts';

const draft = (id: string, text: string, updatedAtMs: number) => ({ id, text, updatedAtMs });
const backup = (drafts: Backup['drafts']): Backup => ({ ...EMPTY_BACKUP, drafts });

it('reads back as written', () => {
  const record = fc.record({
    id: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
    text: fc.string({ unit: 'grapheme' }),
    updatedAtMs: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(record), (drafts) => {
      expect(parseBackup(encodeBackup(backup(drafts)))).toEqual(backup(drafts));
    }),
  );
});

it('refuses what is no backup', () => {
  expect(() => parseBackup(utf8('{}'))).toThrow('MALFORMED');
  expect(() => parseBackup(utf8('nonsense'))).toThrow('MALFORMED');
});

it('keeps the newer draft, what is here on a tie, and everything that only one side has', () => {
  const here = backup([draft('a', 'here', 2), draft('b', 'here', 1), draft('c', 'here', 1)]);
  const restored = backup([draft('a', 'old', 1), draft('b', 'new', 2), draft('c', 'tie', 1), draft('d', 'only', 1)]);
  const merged = mergeBackups(here, restored);
  expect(merged.drafts.map(({ id, text }) => [id, text])).toEqual([
    ['a', 'here'],
    ['b', 'new'],
    ['c', 'here'],
    ['d', 'only'],
  ]);
  expect(mergeBackups(merged, restored)).toEqual(merged);
});

it('never moves work back a step, nor reading progress', () => {
  const work = {
    id: 'ab'.repeat(16),
    assignmentId: 'a',
    modulePath: 'm',
    title: 't',
    text: 'x',
    words: 1,
    createdAtMs: 1,
  };
  const here: Backup = {
    ...EMPTY_BACKUP,
    submissions: [{ ...work, step: 'handedIn' }],
    progress: [{ id: 'p', modulePath: 'm', href: 'h', fraction: 0.5, updatedAtMs: 1 }],
  };
  const restored: Backup = {
    ...EMPTY_BACKUP,
    submissions: [{ ...work, step: 'outbox' }],
    progress: [{ id: 'p', modulePath: 'm', href: 'h', fraction: 0.2, updatedAtMs: 9 }],
  };
  expect(mergeBackups(here, restored)).toEqual(here);
});
