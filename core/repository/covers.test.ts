import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { rolesFor } from './covers.ts';
import type { DelegatedRole, Delegations } from './metadata.ts';
import { matchesPattern } from './paths.ts';

const bare = { keyIds: [], threshold: 1, terminating: false };

test('finds by folder the same roles, in the same order, as a look at every one', async () => {
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?', '[', ']', '-'), maxLength: 6 });
  const plain = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 6 });
  const pathsOrPrefixes = fc.oneof(
    fc.record({ paths: fc.array(part, { maxLength: 3 }) }),
    fc.record({ prefix: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 1, maxLength: 1 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(pathsOrPrefixes, { maxLength: 8 }), plain, async (lines, path) => {
      const roles = lines.map((line, number): DelegatedRole => {
        const name = `role-${number}`;
        return 'paths' in line
          ? { ...bare, name, paths: line.paths, pathHashPrefixes: undefined }
          : { ...bare, name, paths: undefined, pathHashPrefixes: [line.prefix] };
      });
      const delegations: Delegations = { keys: new Map(), roles, succinct: undefined };
      const digest = await sha256Hex(utf8(path));
      const expected = roles.filter(
        (role) =>
          role.paths?.some((pattern) => matchesPattern(pattern, path)) ??
          role.pathHashPrefixes?.some((prefix) => digest.startsWith(prefix)),
      );
      expect(await rolesFor(delegations, path)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
