import type * as Argon2 from '#core/crypto/argon2.ts';

/**
 * Argon2id as it is, but the same question is worked out once: dozens of commands in one test would each take a quarter
 * of a second to derive the same key again.
 */
export function rememberDerivations(argon2: typeof Argon2): typeof Argon2 {
  const known = new Map<string, ReturnType<typeof argon2.deriveArgon2id>>();
  return {
    ...argon2,
    deriveArgon2id(...question) {
      const [secret, salt, cost] = question;
      const id = [Buffer.from(secret).toString('hex'), Buffer.from(salt).toString('hex'), JSON.stringify(cost)].join();
      const answer = known.get(id) ?? argon2.deriveArgon2id(...question);
      known.set(id, answer);
      // A copy: whoever asks may wipe what it got.
      return answer.then((key) => key.slice());
    },
  };
}
