import { type Browser, chromium } from '@playwright/test';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { refreshRepository } from '#core/repository/client.ts';
import { createMemoryStore } from '#core/repository/memory-storage.ts';
import { parseSigned } from '#core/repository/signed.ts';
import {
  basicPlan,
  type DelegatedPlan,
  fetchFrom,
  NOW_MS,
  type Plan,
  publish,
  rolePlan,
  signRoot,
  testSigner,
} from '#core/repository/test-repository.ts';
import { chromiumFlags, findChromium } from '../bin/chromium.mjs';
import type { BenchPlace } from './bench-place.ts';
import type { StoredChains } from './pages/start-verification.ts';
import { makeRow, median, type Row } from './row.ts';

/** The largest programme that a refresh is measured with, and one as a device meets it at its start. */
const LARGE = { courses: 1000, tutors: 200 };
const USUAL = { courses: 100, tutors: 20 };
/** Modules open on one device, each of another course. */
const ACTIVE_MODULES = 12;
const RUNS = 7;
/** Keys below this number are not tutors'. */
const FIRST_TUTOR = 20;

/** Rows "metadata refresh" and "start-up verification": everything really signed, in memory, without a network. */
export async function benchTrust(place: Pick<BenchPlace, 'plain'>): Promise<readonly Row[]> {
  return [await benchRefresh(), await benchStart((await place.plain()).url)];
}

async function schoolPlan({ courses, tutors }: typeof LARGE): Promise<Plan> {
  const delegated: DelegatedPlan[] = [];
  for (let number = 0; number < courses; number += 1) {
    const id = String(number).padStart(4, '0');
    delegated.push({
      ...(await rolePlan(FIRST_TUTOR + (number % tutors))),
      name: `course-${id}`,
      terminating: true,
      covers: { paths: [`courses/${id}/*`] },
      files: { [`courses/${id}/module-1.json`]: id, [`courses/${id}/module-2.json`]: `${id} again` },
    });
  }
  return { ...(await basicPlan()), delegated };
}

/** A station's refresh: every course's metadata fetched, checked and listed. */
async function benchRefresh(): Promise<Row> {
  const plan = await schoolPlan(LARGE);
  const trustedRoot = await signRoot(plan);
  const files = await publish(plan);
  const metadata = [...files].flatMap(([path, bytes]) => (path.startsWith('metadata/') ? [bytes] : []));
  const floor = await prepareFloor([trustedRoot, ...metadata]);
  const refresh = async () => {
    const options = { store: createMemoryStore(), fetch: fetchFrom(files), now: NOW_MS, trustedRoot };
    const { size } = await (await refreshRepository(options)).listTargets('');
    if (size !== 2 * LARGE.courses) throw new Error(`${size} targets listed`);
  };
  const taken: { value: number; floor: number }[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    taken.push({ floor: await milliseconds(floor), value: await milliseconds(refresh) });
  }
  const name = `metadata refresh, ${LARGE.courses} courses, ${LARGE.tutors} tutors`;
  const figure = { name, value: median(taken.map((run) => run.value)), floor: median(taken.map((run) => run.floor)) };
  return makeRow({ ...figure, unit: 'ms' }, { kind: 'ratioAtMost', limit: 1.5 });
}

/** Parses and hashes the same bytes and checks the same signatures, with the engine's own functions and nothing else. */
async function prepareFloor(files: readonly Uint8Array[]): Promise<() => Promise<void>> {
  const keys = new Map<string, CryptoKey>();
  for (let number = 1; number < FIRST_TUTOR + LARGE.tutors; number += 1) {
    const { keyId, publicKey } = await testSigner(number);
    keys.set(keyId, await crypto.subtle.importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, ['verify']));
  }
  const work = files.map((bytes) => {
    const { signed, signatures } = parseSigned(bytes, 'bench');
    const checks = signatures.map(({ keyid, sig }) => ({ keyid, signature: new Uint8Array(Buffer.from(sig, 'hex')) }));
    return { bytes: new Uint8Array(bytes), message: canonicalJson(signed), checks };
  });
  return async () => {
    const decoder = new TextDecoder();
    for (const { bytes, message, checks } of work) {
      JSON.parse(decoder.decode(bytes));
      await crypto.subtle.digest('SHA-256', bytes);
      for (const { keyid, signature } of checks) {
        const key = keys.get(keyid);
        if (!key || !(await crypto.subtle.verify('Ed25519', key, signature, message))) throw new Error('bad signature');
      }
    }
  };
}

/** What a device adds to its start: each active module proved again from the root that came with the app. */
async function benchStart(pages: string): Promise<Row> {
  const plan = await schoolPlan(USUAL);
  const trustedRoot = await signRoot(plan);
  const options = { store: createMemoryStore(), fetch: fetchFrom(await publish(plan)), now: NOW_MS, trustedRoot };
  const repository = await refreshRepository(options);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const modules: StoredChains['modules'][number][] = [];
  for (const role of plan.delegated.slice(0, ACTIVE_MODULES)) {
    const path = Object.keys(role.files)[0] ?? '';
    const chain = [...(await repository.chainOf(path))].map(([name, bytes]): [string, string] => [name, base64(bytes)]);
    modules.push({ path, chain });
  }
  const stored: StoredChains = { nowMs: NOW_MS, trustedRoot: base64(trustedRoot), modules };
  const executablePath = findChromium();
  const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: [...chromiumFlags] });
  try {
    const taken: number[] = [];
    for (let run = 0; run < RUNS; run += 1)
      taken.push(await startOnce(browser, `${pages}/start-verification.html`, stored));
    const name = `start-up verification, ${ACTIVE_MODULES} modules, ${USUAL.courses} courses`;
    return makeRow({ name, value: median(taken), unit: 'ms' }, { kind: 'valueAtMost', limit: 30 });
  } finally {
    await browser.close();
  }
}

/** In a page and a process of its own each time, as cold as an app that has just been opened. */
async function startOnce(browser: Browser, page: string, stored: StoredChains): Promise<number> {
  const context = await browser.newContext();
  try {
    const tab = await context.newPage();
    await tab.goto(page);
    await tab.waitForFunction(() => globalThis.proveOnce !== undefined);
    return await tab.evaluate((chains) => globalThis.proveOnce?.(chains) ?? Number.NaN, stored);
  } finally {
    await context.close();
  }
}

async function milliseconds(act: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await act();
  return performance.now() - begin;
}
