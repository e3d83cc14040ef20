import { expect, test } from 'vitest';
import { tellRecovered } from './take-down.ts';

test('a learner whose backup was opened by the custodians finds an unread notice about it, once', () => {
  const item = { id: 'ab'.repeat(16), createdAtMs: 5 };
  const change = tellRecovered(item);
  expect(change).toEqual(tellRecovered(item));
  expect(change).toMatchObject({
    kind: 'put',
    table: 'messages',
    value: { kind: 'notice', event: 'recovered', direction: 'in', createdAtMs: 5 },
  });
  expect(change).not.toHaveProperty('value.readAtMs');
});
