import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { list, signIn, text } from './support/desk.ts';
import { dock, enrol, freshPage, openAssignment } from './support/learner.ts';
import { demoCourse, makeWorld } from './support/station.ts';

test.describe.configure({ timeout: 180_000 });

const draft = 'Nine to ten, every morning, before the noise begins.';

/** The newest backup that this laptop made. */
function backupOf(answer: unknown, deviceId: string): string | undefined {
  const index = list(answer, 'backups').findIndex((_, at) => text(answer, 'backups', at, 'madeBy') === deviceId);
  return index < 0 ? undefined : text(answer, 'backups', index, 'id');
}

test('the draft of a broken laptop comes back on the one that replaces it, with the key of a custodian', async ({
  browser,
}) => {
  const world = await makeWorld([demoCourse]);
  try {
    await world.start();
    const officer = await signIn(world, 'officer');
    const broken = await freshPage(browser);
    const { learnerId, deviceId: brokenId } = await enrol(broken, world, officer);
    await dock(broken);
    await openAssignment(broken, world);
    await broken.getByLabel('Your answer').fill(draft);
    await expect(broken.getByText(/^Saved at/)).toBeVisible();
    await dock(broken);
    await broken.context().close();

    const replacement = await freshPage(browser);
    const { deviceId } = await enrol(replacement, world, officer);
    await dock(replacement);
    const another = await freshPage(browser);
    expect((await enrol(another, world, officer)).learnerId).toBe(learnerId);
    await dock(another);

    const recoveryId = await expect
      .poll(async () => backupOf(await officer.get('/security/recovery'), brokenId))
      .not.toBeUndefined()
      .then(async () => backupOf(await officer.get('/security/recovery'), brokenId));
    const file = await officer.post(`/security/recovery/${recoveryId}/request`, { deviceId });
    // What is carried to the custodian holds nothing that can be read on the way.
    expect(text(file, 'text')).not.toContain(draft);
    expect(Buffer.from(text(JSON.parse(text(file, 'text')), 'backup'), 'base64').toString()).not.toContain(draft);
    const [request, answer] = [join(world.folder, text(file, 'fileName')), join(world.folder, 'answer.json')];
    writeFileSync(request, text(file, 'text'));
    world.cli('programme', 'recover', world.programme, '--request', request, '-o', answer);
    await officer.post('/security/recovery/answer', { text: readFileSync(answer, 'utf8') });

    // It is for the laptop that the officer chose, whichever docks first.
    await dock(another);
    await openAssignment(another, world);
    await expect(another.getByLabel('Your answer')).toHaveValue('');
    await dock(replacement);
    await openAssignment(replacement, world);
    await expect(replacement.getByLabel('Your answer')).toHaveValue(draft);
    // Whose backup was opened is told so, and in the open.
    await replacement.goto(`${world.appUrl}/#/messages`);
    await expect(replacement.getByText('Your work was brought back')).toBeVisible();
    await replacement.context().close();
    await another.context().close();
    await officer.close();
  } finally {
    await world.remove();
  }
});
