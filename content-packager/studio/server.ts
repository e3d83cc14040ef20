import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { modulePageHeaders, modulePolicy, servedType } from '#core/module/page-policy.ts';
import { failureOf } from '../cli/exit-codes.ts';
import { resolveReference } from '../readers/href.ts';
import { readProgramme } from '../writer/programme/index.ts';
import { openStudio, type Studio } from './studio.ts';
import { acceptRequest, programmeRequest, publishRequest, settingsRequest, sourceRequest } from './studio-api.ts';

const LONG_POLL_MS = 20_000;
const MAX_UPLOAD_BYTES = 20 * 1024 ** 3;

/** A studio that listens on this computer alone. */
export interface RunningStudio {
  /** With the token that only this address holds. */
  readonly address: string;
  readonly studio: Studio;
  close(): Promise<void>;
}

/** Starts the studio's page and, on an address of its own, the reader. `dist` holds the built `studio/` and `preview/`. */
export async function startStudio(dist: string, nowMs: () => number): Promise<RunningStudio> {
  const token = randomBytes(24).toString('base64url');
  const preview = Fastify();
  const page = Fastify({ bodyLimit: MAX_UPLOAD_BYTES });
  const pageOrigin = { value: '' };
  let studio: Studio | undefined;
  const current = (): Studio => {
    if (!studio) throw new Error('the studio is not open yet');
    return studio;
  };
  await addPreview(preview, dist, current, () => pageOrigin.value);
  const previewOrigin = await preview.listen({ host: '127.0.0.1', port: 0 });
  studio = await openStudio(previewOrigin, nowMs);
  const uploads = await mkdtemp(join(tmpdir(), 'leeslicht-upload-'));
  await addPage(page, { dist, token, uploads, studio, previewOrigin });
  pageOrigin.value = await page.listen({ host: '127.0.0.1', port: 0 });
  return {
    address: `${pageOrigin.value}/#${token}`,
    studio,
    close: async () => {
      await Promise.all([page.close(), preview.close()]);
      await studio?.close();
      await rm(uploads, { recursive: true, force: true });
    },
  };
}

async function addPreview(app: FastifyInstance, dist: string, studio: () => Studio, pageOrigin: () => string) {
  app.addHook('onSend', async (_request, reply) => {
    if (reply.hasHeader('content-security-policy')) return;
    reply.header(
      'content-security-policy',
      `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; media-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ${pageOrigin()}`,
    );
    reply.header('x-content-type-options', 'nosniff');
  });
  app.get('/preview/revision.json', async () => ({ revision: studio().state().revision }));
  app.get('/preview/manifest.json', async (_request, reply) => {
    const bundle = studio().bundle();
    if (!bundle) return reply.code(404).send();
    return reply.type('application/json').send(Buffer.from(bundle.manifestBytes));
  });
  app.get<{ Params: { '*': string } }>('/m/preview/*', async (request, reply) => {
    const href = request.params['*'];
    const bundle = studio().bundle();
    const file = bundle?.manifest.files.find((one) => one.href === href);
    const source = bundle?.archive.entries.get(href)?.source;
    const base = `${request.protocol}://${request.host}/m/preview/`;
    const policy = modulePolicy(base, `'self' ${pageOrigin()}`);
    reply.headers(modulePageHeaders(policy, file ? servedType(file.type) : 'text/plain;charset=utf-8'));
    if (!file || !source) return reply.code(404).send('');
    return sendRange(reply, request.headers.range, source.sizeBytes, () => source.read());
  });
  await app.register(fastifyStatic, { root: join(dist, 'preview'), index: ['index.html'] });
}

/** One range of bytes or all of them; the bundle is read from its beginning, which a tutor's own disk does in no time. */
function sendRange(
  reply: FastifyReply,
  header: string | undefined,
  sizeBytes: number,
  read: () => AsyncIterable<Uint8Array>,
): FastifyReply {
  const asked = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const first = asked?.[1] ? Number(asked[1]) : asked ? Math.max(0, sizeBytes - Number(asked[2])) : 0;
  const last = asked?.[1] && asked[2] ? Math.min(sizeBytes - 1, Number(asked[2])) : sizeBytes - 1;
  if (asked && (first >= sizeBytes || last < first))
    return reply.code(416).header('content-range', `bytes */${sizeBytes}`).send('');
  if (asked) reply.code(206).header('content-range', `bytes ${first}-${last}/${sizeBytes}`);
  reply.header('content-length', last - first + 1);
  return reply.send(Readable.from(slice(read(), first, last + 1)));
}

async function* slice(pieces: AsyncIterable<Uint8Array>, begin: number, end: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of pieces) {
    const part = piece.subarray(Math.max(0, begin - at), Math.max(0, end - at));
    if (part.length > 0) yield Buffer.from(part);
    at += piece.length;
    if (at >= end) return;
  }
}

interface PageParts {
  readonly dist: string;
  readonly token: string;
  readonly uploads: string;
  readonly studio: Studio;
  readonly previewOrigin: string;
}

async function addPage(app: FastifyInstance, parts: PageParts): Promise<void> {
  const { studio, token, previewOrigin } = parts;
  let batch = '';
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(String(body)));
    } catch (cause) {
      done(cause instanceof Error ? cause : new Error('not JSON'));
    }
  });
  app.addContentTypeParser('application/octet-stream', (_request, _body, done) => done(null));
  app.addHook('onSend', async (_request, reply) => {
    reply.header(
      'content-security-policy',
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src ${previewOrigin}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
  });
  // Any page on this computer could send requests here: only the one that was given the token is answered.
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return undefined;
    const given = Buffer.from(String(request.headers['x-studio-token'] ?? ''));
    const expected = Buffer.from(token);
    const isKnown = given.length === expected.length && timingSafeEqual(given, expected);
    const isLocal = /^127\.0\.0\.1:\d+$/.test(request.host);
    return isKnown && isLocal
      ? undefined
      : reply.code(403).send({
          code: 'NOT_ALLOWED',
          problem: 'this page may not',
          advice: 'Open the address that the terminal shows.',
        });
  });
  app.setErrorHandler((error, _request, reply) => {
    const { code, file, problem, advice } = failureOf(error, false);
    return reply.code(422).send({ code, problem, advice, ...(file === undefined ? {} : { file }) });
  });
  app.get<{ Querystring: { after?: string } }>('/api/state', async (request) => {
    await studio.newer(Number(request.query.after ?? -1), LONG_POLL_MS);
    return studio.state();
  });
  app.post('/api/source', async (request) => {
    const path = resolve(sourceRequest.parse(request.body).path);
    await studio.open(path, true);
    return {};
  });
  app.post('/api/settings', async (request) => {
    await studio.set(settingsRequest.parse(request.body));
    return {};
  });
  app.post('/api/accept', async (request) => {
    const { keys, accepted } = acceptRequest.parse(request.body);
    studio.accept(keys, accepted);
    return {};
  });
  app.post('/api/programme', async (request) => {
    const programme = await readProgramme(resolve(programmeRequest.parse(request.body).dir));
    const courses = [...programme.courses].map(([id, { title, tutors }]) => ({
      id,
      title,
      tutors: [...tutors.keys()],
    }));
    return { name: programme.name, courses };
  });
  app.post('/api/publish', async (request) => {
    const wish = publishRequest.parse(request.body);
    await studio.publish({ ...wish, dir: resolve(wish.dir) });
    return {};
  });
  app.post('/api/uploads', async () => {
    if (batch !== '') await rm(batch, { recursive: true, force: true });
    batch = await mkdtemp(join(parts.uploads, 'batch-'));
    return {};
  });
  app.put<{ Params: { '*': string } }>('/api/uploads/*', async (request, reply) => {
    const place = resolveReference('', request.params['*'].split('/').map(encodeURIComponent).join('/'));
    if (place.kind !== 'inside' || place.path === '' || batch === '')
      return reply
        .code(400)
        .send({ code: 'BAD_NAME', problem: 'this name cannot be used', advice: 'Rename the file.' });
    const target = join(batch, place.path);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(request.raw, createWriteStream(target, { flags: 'wx' }));
    return {};
  });
  app.post('/api/uploads/done', async () => {
    const [only, ...others] = await readdir(batch);
    await studio.open(only !== undefined && others.length === 0 ? join(batch, only) : batch, false);
    return {};
  });
  await app.register(fastifyStatic, { root: join(parts.dist, 'studio'), index: ['index.html'] });
}
