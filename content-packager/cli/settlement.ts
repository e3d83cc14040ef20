import { resolve } from 'node:path';
import type { JsonValue } from '#core/json/json-value.ts';
import type { Settlement } from '../writer/programme/settle.ts';
import { type CommandContext, textOption } from './command.ts';

/** The option of every command that several custodians may have to sign. */
export const REQUEST_OPTION = { request: { type: 'string' } } as const;
/** Its help. */
export const REQUEST_HELP = {
  request: 'FILE: where the custodians are elsewhere, write what they have to sign to this file',
} as const;

/** Where the request of this command line goes, or undefined. */
export function requestOf(context: CommandContext): string | undefined {
  const typed = textOption(context, 'request');
  return typed === undefined ? undefined : resolve(context.folder, typed);
}

/** How a change ended, for scripts. */
export function settlementData(settlement: Settlement | undefined): { readonly [key: string]: JsonValue } {
  if (settlement?.kind !== 'waiting') return { published: true };
  const { id, file, words, counts } = settlement;
  return { published: false, request: { id, file, words, signatures: counts.map((count) => ({ ...count })) } };
}

/** How a change ended, for people: `done` says what is true once it is published. */
export function settlementText(settlement: Settlement | undefined, done: string): string {
  if (settlement?.kind !== 'waiting') return done;
  const { file, words, counts } = settlement;
  return [
    'Nothing is published yet: signatures of other custodians are needed.',
    `Request: ${file}`,
    ...counts.map(({ role, have, need }) => `  ${role}: ${have} of ${need} signatures`),
    `Confirmation words: ${words.join(' ')}`,
    'Take the file to the custodians, read them the words, and bring back what they sign with "leeslicht programme import".',
  ].join('\n');
}
