/** One parser under attack. */
export interface Target {
  readonly name: string;
  /** Reads the input as the product does. What it answers does not matter. */
  run(bytes: Uint8Array<ArrayBuffer>): unknown;
  /** Class names of the errors that this parser may answer with; any other is a finding. */
  readonly errors: readonly string[];
  /** Words of the format. */
  readonly words: readonly string[];
}

/** What became of one input: undefined when it was read, or refused as it should be. */
export async function attack(target: Target, bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  try {
    await target.run(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof Error && target.errors.includes(error.name)) return undefined;
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
