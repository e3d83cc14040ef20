import { BytesError } from '#core/bytes/bytes.ts';
import type { JsonValue } from '#core/json/json-value.ts';

/** Says what this implementation makes of one input: plain data, to be held against the published verdict. */
export type Judge = (input: JsonValue) => Promise<unknown>;

/** What answers, or the code of an error of the format's own domain. */
export async function refusing(
  domain: readonly (abstract new (options: never) => { readonly code: string })[],
  act: () => unknown,
): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    for (const kind of [...domain, BytesError]) if (error instanceof kind) return { refused: error.code };
    throw error;
  }
}
