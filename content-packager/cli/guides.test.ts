import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseLine } from './arguments.ts';
import { COMMANDS } from './main.ts';

const guides = resolve(import.meta.dirname, '../../docs/guides');

/** Every `leeslicht …` line of a guide's shell blocks and of its running text, as words. */
function commandsIn(guide: string): string[][] {
  const text = readFileSync(resolve(guides, guide), 'utf8');
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
  const spans = [...text.matchAll(/`(leeslicht [a-z][^`]*)`/g)].map(([, span = '']) => span);
  const lines = [...blocks, ...spans].map((line) => line.trim()).filter((line) => /^leeslicht (?!-)/.test(line));
  // What the shell puts in place of $(…) is one word.
  return lines.map((line) => {
    const plain = line.replace(/"\$\([^"]*\)"/g, 'words').replace(/ \| .*/, '');
    return (plain.match(/"[^"]*"|\S+/g) ?? []).slice(1).map((word) => word.replace(/^"|"$/g, ''));
  });
}

test('every command in the ceremony guide can be typed as it stands', () => {
  const commands = commandsIn('ceremony.md');
  expect(commands.length).toBeGreaterThan(60);
  for (const words of commands) expect(() => parseLine(words, COMMANDS), words.join(' ')).not.toThrow();
});

test('the page about the command names every command that there is, and no other', () => {
  const page = readFileSync(resolve(guides, 'cli.md'), 'utf8');
  // A row begins with the command as it is typed: its words in small letters, then what it takes.
  const named = [...page.matchAll(/^\| `([a-z-]+(?: [a-z-]+)*)(?=[ `])/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
});
