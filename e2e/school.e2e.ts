import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { list, signIn, text } from './support/desk.ts';
import { dock, enrol, handIn, openAssignment } from './support/learner.ts';
import { freePort, type Running, startProgram } from './support/processes.ts';
import { demoCourse, makeWorld } from './support/station.ts';

test.use({ locale: 'en-GB' });
test.describe.configure({ timeout: 180_000 });

test('work reaches a school that was away, and its feedback is read on the laptop', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'leeslicht-school-'));
  const tokenFile = join(folder, 'token.txt');
  writeFileSync(tokenFile, 'the token of the school\n', { mode: 0o600 });
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const atSchool = async (path: string, body?: object): Promise<unknown> => {
    const headers = { authorization: 'Bearer the token of the school', 'content-type': 'application/json' };
    const post = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const answer = await fetch(`${address}${path}`, { headers, ...post });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  };
  const openSchool = async (): Promise<Running> => {
    const args = ['--port', String(port), '--token-file', tokenFile, '--state', join(folder, 'school.json')];
    const school = startProgram('fake-school', args, {});
    await expect.poll(() => school.output()).toContain(address);
    return school;
  };
  const close = async (running: Running): Promise<void> => {
    running.process.kill('SIGTERM');
    await running.ended;
  };

  const world = await makeWorld([demoCourse]);
  let school: Running | undefined;
  try {
    await world.start({}, ['--upstream-url', address, '--upstream-token-file', tokenFile]);
    const officer = await signIn(world, 'officer');
    await enrol(page, world, officer);
    await dock(page);
    await openAssignment(page, world);
    await page.getByLabel('Your answer').fill('Nine to ten, every morning.');
    await handIn(page);

    // The school is away: the station keeps custody, and says no more than that.
    await dock(page);
    await openAssignment(page, world);
    const reached = page.locator('.ll-step-done .ll-step-title').last();
    await expect(reached).toHaveText('Handed in at the station');

    // It comes, takes the work, and is killed: what it took stays taken.
    school = await openSchool();
    await expect.poll(async () => list(await atSchool('/teacher'), 'handIns').length, { timeout: 60_000 }).toBe(1);
    const submissionId = text(await atSchool('/teacher'), 'handIns', 0, 'submissionId');
    expect(text(await atSchool('/teacher'), 'handIns', 0, 'text')).toBe('Nine to ten, every morning.');
    await expect
      .poll(async () => {
        await dock(page);
        await openAssignment(page, world);
        return reached.textContent();
      })
      .toBe('Received by the tutor');
    await close(school);
    school = await openSchool();
    expect(list(await atSchool('/teacher'), 'handIns')).toHaveLength(1);

    const feedback = { id: 'f1', submissionId, text: 'A good plan.', mark: '8', tutor: 'Kim', createdAtMs: 7 };
    await atSchool('/teacher/feedback', feedback);
    const tutor = await signIn(world, 'tutor');
    await expect
      .poll(async () => text(await tutor.get('/tutor/hand-ins'), 'handIns', 0, 'step'), { timeout: 45_000 })
      .toBe('marked');
    await dock(page);
    await page.context().setOffline(true);
    await page.goto(`${world.appUrl}/#/feedback`);
    await page.getByRole('main').getByRole('link').first().click();
    await expect(page.getByText('A good plan.')).toBeVisible();
    await page.context().setOffline(false);
    await officer.close();
    await tutor.close();
  } finally {
    if (school) await close(school);
    await world.remove();
    rmSync(folder, { recursive: true, force: true });
  }
});
