import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrokenAudit } from '../../store/audit.ts';
import { addDevice } from '../testing/add-device.ts';
import { openTestStation, TEST_SECRETS } from '../testing/open-test-station.ts';
import { makeDevice } from '../testing/test-device.ts';
import { INGEST_STEPS } from './crash-point.ts';

const root = resolve(import.meta.dirname, '../../..');
// Inside node_modules, so that the built program finds its packages.
const built = join(root, 'node_modules/.cache/leeslicht-kill-test');
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-kill-'));
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    build: { ssr: join(import.meta.dirname, '../testing/ingest-once.ts'), outDir: built, target: 'node20' },
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([...INGEST_STEPS])(
  'loses nothing and counts nothing twice when the station is killed at %s',
  { timeout: 60_000 },
  async (step) => {
    const data = join(folder, step);
    const before = await openTestStation(data, TEST_SECRETS);
    const device = await makeDevice(before.context.keys);
    await addDevice(before.context.db, device);
    const parcel = await device.seal({ sequence: 1, previous: null });
    await before.close();
    const file = join(folder, `${step}.parcel`);
    writeFileSync(file, parcel.bytes);
    const run = (crashAt: string | undefined) =>
      spawnSync(process.execPath, [join(built, 'ingest-once.js'), data, device.id, parcel.id, file], {
        encoding: 'utf8',
        env: {
          ...process.env,
          NODE_ENV: 'test',
          ...(crashAt === undefined ? {} : { LEESLICHT_TEST_CRASH_AT: crashAt }),
        },
      });

    const killed = run(step);
    expect([killed.signal, killed.stdout]).toEqual(['SIGKILL', '']);
    const first = run(undefined);
    expect(first.stderr).toBe('');
    const again = run(undefined);
    expect(again.stdout).toBe(first.stdout);

    const after = await openTestStation(data, TEST_SECRETS);
    const { db, objects } = after.context;
    const rows = await db.selectFrom('parcels').selectAll().execute();
    expect(rows.map((row) => [row.id, row.state, row.receipt])).toEqual([[parcel.id, 'accepted', first.stdout]]);
    expect(await objects.get(rows[0]?.objectHash ?? '')).toEqual(new Uint8Array(parcel.bytes));
    expect(await db.selectFrom('jobs').selectAll().execute()).toHaveLength(1);
    const stored = db.selectFrom('auditLog').selectAll().where('act', '=', 'parcel-stored');
    expect(await stored.execute()).toHaveLength(1);
    expect(await findBrokenAudit(db)).toBeUndefined();
    await after.close();
  },
);
