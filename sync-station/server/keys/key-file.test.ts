import { expect, test } from 'vitest';
import { openSecrets, sealSecrets } from './key-file.ts';

const secrets = { licenceSeed: 'ab'.repeat(32), receiptSeed: 'cd'.repeat(32), ageIdentity: 'AGE-SECRET-KEY-1QQQ' };

test('opens the station keys with the passphrase that sealed them, and shows none of them in the file', async () => {
  const text = await sealSecrets(secrets, 'correct horse');
  expect(await openSecrets(text, 'correct horse')).toEqual(secrets);
  expect(text).not.toContain(secrets.licenceSeed);
  expect(text).not.toContain('AGE-SECRET-KEY');
});

test('refuses another passphrase and a file whose parameters were changed', async () => {
  const text = await sealSecrets(secrets, 'correct horse');
  await expect(openSecrets(text, 'wrong horse')).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
  const more = text.replace('"iterations": 3', '"iterations": 4');
  await expect(openSecrets(more, 'correct horse')).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
  const weak = text.replace('"memoryKiB": 65536', '"memoryKiB": 8');
  await expect(openSecrets(weak, 'correct horse')).rejects.toMatchObject({ code: 'BAD_KEY_FILE' });
});
