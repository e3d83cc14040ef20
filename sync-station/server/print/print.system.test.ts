import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { concatBytes, fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { encodeStatus, STATUS_PATH, type WithdrawnModule } from '#core/licence/status.ts';
import { ASSIGNMENT_TYPE } from '#core/module/assignment.ts';
import { CHUNK_BYTES } from '#core/module/chunk.ts';
import { fileDigest } from '#core/module/leaves.ts';
import { manifestKeys } from '#core/module/manifest.ts';
import { basicPlan, NOW_MS, type Plan, publish, rolePlan, signRoot } from '#core/repository/test-repository.ts';
import { type PrintModule, printModules } from '../../api/print.ts';
import { addStaff } from '../auth/add-staff.ts';
import { registerDeskRoutes } from '../desk-routes/index.ts';
import { chunkPath } from '../mirror/contents.ts';
import { openMirror } from '../mirror/mirror.ts';
import { openTestStation, TEST_SECRETS, type TestStation } from '../testing/open-test-station.ts';

const PATH = 'courses/maths/week-1.json';
const ORIGIN = 'http://127.0.0.1:8080';
const PASSWORD = 'correct horse battery';
const LESSON = `<!doctype html><html lang="nl"><head><title>Les</title><link rel="stylesheet" href="x.css"></head><body onload="alert(1)">
<h1>Les <em>één</em></h1><script>alert(2)</script><p style="position:fixed">Lees <a href="https://example.org/">dit</a>.</p>
<img src="img/dot.png" alt="Een stip" onerror="alert(3)"><img src="https://example.org/x.png" alt="Ver weg">
<video src="film.webm" aria-label="Plan je week" controls></video><iframe src="x"></iframe>
<section class="ll-question" id="question-why"><p class="ll-question-name">Vraag 1</p><p>Waarom?</p><div id="answer-why"></div></section>
<details><summary>Meer</summary><p>Verborgen</p></details><math><mi>x</mi></math></body></html>`;
const SHEET = {
  ...{ id: 'les', title: 'Les', question: '', due: '2027-06-30' },
  questions: [{ id: 'why', text: 'Waarom?', lines: 7 }],
};
const TASK = { id: 'task', title: 'Taak', question: '<p>Maak een plan.</p>', wordLimit: 80 };
const PNG = fromHex(
  '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082',
);
const PDF = utf8('%PDF-1.4\n%%EOF\n');

let folder: string;
let station: TestStation;
let desk: FastifyInstance;
let cookie: string;
let chunks: ReadonlyMap<string, string>;
let withdrawn: readonly WithdrawnModule[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-print-'));
  withdrawn = [];
  await open();
});
afterEach(async () => {
  await desk.close();
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Publishes the module, mirrors it and opens a desk over the mirror. */
async function open(): Promise<void> {
  const made = await makeModule();
  chunks = made.chunks;
  const basic = await basicPlan();
  const status = fromUtf8(encodeStatus({ version: 1, revokedDevices: [], withdrawn }));
  const role = async (key: number, name: string, paths: readonly string[], files: Record<string, string>) => ({
    ...(await rolePlan(key)),
    ...{ name, terminating: true, covers: { paths }, files },
  });
  const plan: Plan = {
    ...basic,
    delegated: [
      await role(8, 'status', ['status/*'], { [STATUS_PATH]: status }),
      await role(9, 'course-maths', ['courses/maths/*'], { [PATH]: made.manifest }),
    ],
  };
  const repository = join(folder, 'published');
  write(repository, new Map([...(await publish(plan)), ...made.files]));
  write(join(folder, 'mirror'), new Map([['trusted-root.json', await signRoot(plan)]]));
  station = await openTestStation(join(folder, 'station'), TEST_SECRETS);
  const { context } = station;
  const mirror = await openMirror({
    ...{ folder: join(folder, 'mirror'), repository, siteId: 'site-one', now: () => NOW_MS, log: context.log },
  });
  expect((await mirror.refresh()).failure).toBeNull();
  desk = Fastify();
  await registerDeskRoutes(desk, { ...context, mirror });
  const person = { login: 'anna', displayName: 'Anna', password: PASSWORD, roles: ['tutor' as const] };
  await addStaff(context.db, person, { actor: 'station', nowMs: context.now() });
  const answer = await desk.inject({
    ...{ method: 'POST', url: '/desk/api/login', headers: { host: '127.0.0.1:8080', origin: ORIGIN } },
    payload: { login: 'anna', password: PASSWORD },
  });
  cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

async function makeModule() {
  const inputs: readonly (readonly [href: string, type: string, kind: string, bytes: Uint8Array, more?: object])[] = [
    ['les.html', 'text/html', 'page', utf8(LESSON), { [manifestKeys.sheet]: 'made/sheet.json' }],
    ['taak.json', ASSIGNMENT_TYPE, 'assignment', utf8(JSON.stringify(TASK))],
    ['blad.pdf', 'application/pdf', 'pdf', PDF],
    ['toets.json', 'application/vnd.leeslicht.quiz+json', 'quiz', utf8('{}')],
    ['made/sheet.json', ASSIGNMENT_TYPE, 'resource', utf8(JSON.stringify(SHEET))],
    ['img/dot.png', 'image/png', 'resource', PNG],
  ];
  const hashes = await Promise.all(inputs.map(([, , , bytes]) => sha256Hex(bytes)));
  const links = await Promise.all(
    inputs.map(async ([href, type, kind, bytes, more], index) => ({
      ...{ href, type, title: href },
      properties: {
        [manifestKeys.length]: bytes.length,
        [manifestKeys.digest]: await fileDigest(bytes.length, CHUNK_BYTES, fromHex(hashes[index] ?? '')),
        [manifestKeys.kind]: kind,
        ...more,
      },
    })),
  );
  const leaves = concatBytes(...hashes.map(fromHex));
  const leavesHash = await sha256Hex(leaves);
  const manifest = JSON.stringify({
    '@context': manifestKeys.context,
    metadata: {
      ...{ identifier: 'urn:leeslicht:module:maths/week-1', title: 'Week <1> & meer', language: 'nl' },
      ...{ modified: '2026-11-24T05:00:00Z', [manifestKeys.version]: '1.2.0' },
    },
    readingOrder: links.slice(0, 4),
    resources: links.slice(4),
    toc: [{ title: 'De eerste les', href: 'les.html' }],
    [manifestKeys.leaves]: { sha256: leavesHash, length: leaves.length },
  });
  const files = new Map<string, Uint8Array>([[`leaves/${leavesHash}`, leaves]]);
  for (const [index, [, , , bytes]] of inputs.entries()) files.set(chunkPath(hashes[index] ?? ''), bytes);
  return { manifest, files, chunks: new Map(inputs.map(([href], index) => [href, chunkPath(hashes[index] ?? '')])) };
}

function write(under: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of files) {
    const file = resolve(under, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}

const get = (url: string, as = cookie) =>
  desk.inject({ method: 'GET', url, headers: { host: '127.0.0.1:8080', ...(as === '' ? {} : { cookie: as }) } });

async function listed(): Promise<PrintModule> {
  const { modules } = printModules.parse((await get('/desk/api/print/modules')).json());
  const [module] = modules;
  if (!module) throw new Error('nothing can be printed');
  return module;
}

test('lists what can be printed, and how', async () => {
  const { title, version, parts } = await listed();
  expect([title, version]).toEqual(['Week <1> & meer', '1.2.0']);
  expect(parts.map((part) => [part.title, part.how])).toEqual([
    ['De eerste les', 'view'],
    ['taak.json', 'view'],
    ['blad.pdf', 'pdf'],
    ['toets.json', 'none'],
  ]);
});

test('a page becomes paper: its words, its pictures, lines for the answers, and nothing that runs or leads away', async () => {
  const [lesson] = (await listed()).parts;
  const view = await get(lesson?.address ?? '');
  expect(view.statusCode).toBe(200);
  expect(view.headers['content-type']).toBe('text/html; charset=utf-8');
  const html = view.body;
  expect(html).toContain('<h1>Les <em>één</em></h1>');
  expect(html).toContain('Week &#x3C;1> &#x26; meer');
  expect(html).toContain('Versie 1.2.0 · Afgedrukt op 24 november 2026');
  expect(html).toContain('Inleveren voor 30 juni 2027');
  expect(html).toContain('<p class="ll-only-there">Film, te bekijken op de laptop: Plan je week</p>');
  expect(html).toContain('<em class="ll-only-there">Ver weg</em>');
  expect(html).toContain('<math><mi>x</mi></math>');
  expect(html).toContain('<details open>');
  expect(html.match(/class="ll-line"/g)).toHaveLength(7);
  expect(html).not.toMatch(/<script|<iframe|<link|<video|\son\w+=|javascript:|example\.org|style="|<a\b/);
  const policy = String(view.headers['content-security-policy']);
  expect(policy).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; img-src http:\/\/127\.0\.0\.1:8080\/desk\/api\/print\/file;/,
  );
  expect(policy).toContain("form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin allow-modals");
  const [, src = ''] = /<img src="([^"]+)"/.exec(html) ?? [];
  const picture = await get(src.replaceAll('&#x26;', '&'));
  expect([picture.statusCode, picture.headers['content-type']]).toEqual([200, 'image/png']);
  expect(Buffer.compare(picture.rawPayload, Buffer.from(PNG))).toBe(0);
});

test('a whole module is one document, and says of what cannot be in it where it is', async () => {
  const { address } = await listed();
  const { body } = await get(address);
  expect(body.match(/<section class="ll-part">/g)).toHaveLength(4);
  expect(body).toContain('<p>Maak een plan.</p><p>Hoogstens 80 woorden</p>');
  expect(body).toContain('Dit deel is een PDF. Die wordt apart afgedrukt.');
  expect(body).toContain('Dit deel doe je op de laptop.');
});

test('a PDF is handed to the browser as it is', async () => {
  const pdf = await get((await listed()).parts[2]?.address ?? '');
  expect([pdf.statusCode, pdf.headers['content-type'], pdf.body]).toEqual([200, 'application/pdf', fromUtf8(PDF)]);
});

test('who opened what to print it stands in the audit log', async () => {
  const { address, parts } = await listed();
  for (const one of [address, parts[0]?.address, parts[2]?.address]) await get(one ?? '');
  const rows = await station.context.db
    .selectFrom('auditLog')
    .selectAll()
    .where('act', '=', 'opened-to-print')
    .execute();
  const anna = await station.context.db.selectFrom('staff').select('id').executeTakeFirstOrThrow();
  expect(rows.map(({ actor, subject, detail }) => [actor, subject, JSON.parse(detail)])).toEqual(
    ['*', 'les.html', 'blad.pdf'].map((part) => [anna.id, PATH, { version: '1.2.0', part }]),
  );
});

test('nobody prints without having signed in, nor another file than pictures and PDFs', async () => {
  const { address, parts } = await listed();
  for (const one of ['/desk/api/print/modules', address, parts[2]?.address ?? ''])
    expect((await get(one, '')).statusCode, one).toBe(401);
  const pdf = parts[2]?.address ?? '';
  expect((await get(pdf.replace(/file=\d+$/, 'file=0'))).statusCode).toBe(404);
  expect((await get(pdf.replace(/manifest=\w+/, `manifest=${'0'.repeat(64)}`))).statusCode).toBe(404);
  expect((await get(`${address.split('?')[0]}?module=status/status.json`)).statusCode).toBe(404);
  expect((await get(`${address.split('?')[0]}?module=..%2F..%2Fkeys.json`)).statusCode).toBe(404);
});

test('what the disk has changed is not printed', async () => {
  const { address } = await listed();
  write(join(folder, 'mirror/repository'), new Map([[chunks.get('les.html') ?? '', utf8('<h1>Another lesson</h1>')]]));
  const view = await get(address);
  expect(view.statusCode).toBe(500);
  expect(view.body).not.toContain('Another lesson');
  const rows = await station.context.db
    .selectFrom('auditLog')
    .select('act')
    .where('act', '=', 'opened-to-print')
    .execute();
  expect(rows).toEqual([]);
});

test('a module that was taken back is not printed', async () => {
  const { address } = await listed();
  await desk.close();
  await station.close();
  rmSync(folder, { recursive: true });
  withdrawn = [{ path: PATH, version: null, reason: 'wrong answers' }];
  await open();
  expect((await get('/desk/api/print/modules')).json()).toEqual({ modules: [] });
  expect((await get(address)).statusCode).toBe(404);
});
