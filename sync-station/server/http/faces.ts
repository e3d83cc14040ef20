import { access } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** What the learner app's page may load and reach. Module pages get a policy of their own from the service worker. */
export function learnerPolicy(dockOrigins: readonly string[], sandboxOrigin?: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    ["connect-src 'self'", ...dockOrigins].join(' '),
    "worker-src 'self'",
    ['frame-src', "'self'", ...(sandboxOrigin === undefined ? [] : [sandboxOrigin])].join(' '),
    "media-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** What the sandbox's player page may load; its service worker gives content a policy of its own (formats/module.md 8). */
export function sandboxPolicy(sandboxOrigin: string, appOrigin: string): string {
  return [
    "default-src 'none'",
    `script-src ${sandboxOrigin}/player.js`,
    `worker-src ${sandboxOrigin}/service-worker.js`,
    `frame-src ${sandboxOrigin}/c/`,
    `connect-src 'none'`,
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${appOrigin}`,
    'sandbox allow-scripts allow-same-origin',
  ].join('; ');
}

/** What the desk's page may load and reach. */
export const deskPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  // A view to print, with a policy of its own
  "frame-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/**
 * Serves one built face from `folder`. Files under `assets/` have their hash in their name and never change; everything
 * else is asked for again each time. Pages of unknown paths get `index.html`, except below `reserved` prefixes.
 * Returns false, and serves nothing, when the face is not built.
 */
export async function serveFace(
  app: FastifyInstance,
  options: { readonly folder: string; readonly policy: string; readonly reserved: readonly string[] },
): Promise<boolean> {
  if (!(await exists(join(options.folder, 'index.html')))) return false;
  await app.register(fastifyStatic, {
    root: options.folder,
    index: ['index.html'],
    cacheControl: false,
    dotfiles: 'ignore',
    setHeaders: (response, path) => {
      const name = relative(options.folder, path).split(sep).join('/');
      const isFixed = name.startsWith('assets/');
      response.setHeader('cache-control', isFixed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', options.policy);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('cross-origin-opener-policy', 'same-origin');
    if (!reply.hasHeader('cross-origin-resource-policy')) reply.header('cross-origin-resource-policy', 'same-origin');
    reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  });
  app.setNotFoundHandler(async (request, reply) => {
    const isPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    if (isPage && !options.reserved.some((prefix) => request.url.startsWith(prefix))) {
      return reply.header('cache-control', 'no-cache').sendFile('index.html');
    }
    return reply.code(404).send({ error: 'NOT_FOUND' });
  });
  return true;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // Not there, or not readable: either way there is nothing to serve.
    return false;
  }
}
