import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HandIn, UpstreamError } from '../upstream.ts';
import { createSchoolUpstream } from './client.ts';
import { createFakeSchool, type FakeSchool } from './server.ts';

const work: HandIn = {
  submissionId: 'a'.repeat(32),
  learnerId: 'b'.repeat(32),
  assignmentId: 'essay',
  modulePath: 'courses/demo/study.json',
  title: 'My plan',
  text: 'Ik begin om negen uur.',
  words: 5,
  handedInAtMs: 1_790_000_000_000,
  attachment: { fileName: 'plan.txt', bytes: new Uint8Array([1, 2, 255]) },
};
let school: FakeSchool;
let baseUrl: string;

beforeEach(async () => {
  school = createFakeSchool({ token: 'right', courses: [{ id: 'demo', title: 'Studying' }] });
  baseUrl = await school.server.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => school.server.close());

test('work handed in twice counts once, with its file', async () => {
  const upstream = createSchoolUpstream({ baseUrl, token: 'right' });
  await upstream.handIn(work);
  await upstream.handIn({ ...work, text: 'another text under the same id' });
  expect([...school.handIns.values()].map((one) => [one.text, one.attachment?.base64])).toEqual([[work.text, 'AQL/']]);
});

test('feedback and replies come once each when the cursor is kept', async () => {
  const upstream = createSchoolUpstream({ baseUrl, token: 'right' });
  for (let index = 0; index < 60; index += 1) {
    school.giveFeedback({
      id: `f${index}`,
      submissionId: work.submissionId,
      text: 'Good',
      tutor: 'T',
      createdAtMs: index,
    });
  }
  const first = await upstream.fetchFeedback(null);
  const second = await upstream.fetchFeedback(first.cursor);
  const third = await upstream.fetchFeedback(second.cursor);
  expect([first.items.length, second.items.length, third.items.length]).toEqual([50, 10, 0]);
  school.reply({ id: 'm1', learnerId: work.learnerId, from: 'T', text: 'Hello', createdAtMs: 1 });
  expect((await upstream.fetchMessages(null)).items.map((one) => one.text)).toEqual(['Hello']);
  expect(await upstream.courses()).toEqual([{ id: 'demo', title: 'Studying' }]);
});

test('a school that is down, or that does not know the token, says so by its code', async () => {
  const stranger = createSchoolUpstream({ baseUrl, token: 'wrong' });
  await expect(stranger.handIn(work)).rejects.toMatchObject({ code: 'REFUSED' });
  school.setDown(true);
  const upstream = createSchoolUpstream({ baseUrl, token: 'right' });
  await expect(upstream.handIn(work)).rejects.toBeInstanceOf(UpstreamError);
  await expect(upstream.courses()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(school.handIns.size).toBe(0);
});
