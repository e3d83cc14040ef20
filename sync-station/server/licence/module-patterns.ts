const prefix = 'module:';

/** Writes module patterns beside capabilities: a name that no grant knows grants nothing, so it never widens a licence. */
export function withModules(capabilities: readonly string[], patterns: readonly string[]): string[] {
  return [...capabilities, ...patterns.map((pattern) => `${prefix}${pattern}`)];
}

/** The module patterns among a device's names; all modules when none is named. */
export function modulePatterns(names: readonly string[]): string[] {
  const patterns = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  return patterns.length === 0 ? ['*'] : patterns.map(targetPattern);
}

/** A chosen module as the path that the licence speaks of: `courses/a/b` is the target `courses/a/b.json`. */
function targetPattern(chosen: string): string {
  return chosen.endsWith('*') || chosen.endsWith('.json') ? chosen : `${chosen}.json`;
}

/** The capabilities among a device's names, without the module patterns. */
export function plainCapabilities(names: readonly string[]): string[] {
  return names.filter((name) => !name.startsWith(prefix));
}
