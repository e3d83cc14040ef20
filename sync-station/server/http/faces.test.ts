import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { learnerPolicy, sandboxPolicy, serveFace } from './faces.ts';

test('serves a face with a strict policy, fixed assets for good and everything else afresh', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leeslicht-face-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>x</title>');
  writeFileSync(join(folder, 'service-worker.js'), '1');
  writeFileSync(join(folder, 'assets', 'a-1234.js'), '1');
  const app = Fastify();
  expect(await serveFace(app, { folder, policy: learnerPolicy([]), reserved: ['/m/'] })).toBe(true);
  const page = await app.inject({ url: '/' });
  expect(page.headers).toMatchObject({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
  expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'");
  expect((await app.inject({ url: '/service-worker.js' })).headers['cache-control']).toBe('no-cache');
  expect((await app.inject({ url: '/assets/a-1234.js' })).headers['cache-control']).toContain('immutable');
  const html = { accept: 'text/html' };
  expect((await app.inject({ url: '/shelf', headers: html })).body).toContain('<title>');
  expect((await app.inject({ url: '/m/a/b.html', headers: html })).statusCode).toBe(404);
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the sandbox answers its three files and nothing else, and only the app may frame it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leeslicht-sandbox-'));
  for (const name of ['index.html', 'player.js', 'service-worker.js']) writeFileSync(join(folder, name), 'x');
  const app = Fastify();
  const policy = sandboxPolicy('http://127.0.0.1:8082', 'http://127.0.0.1:8081');
  await serveFace(app, { folder, policy, reserved: ['/'] });
  for (const url of ['/', '/player.js', '/service-worker.js']) {
    const answer = await app.inject({ url });
    expect(answer.statusCode, url).toBe(200);
    expect(answer.headers['content-security-policy']).toContain('frame-ancestors http://127.0.0.1:8081;');
  }
  const headers = { accept: 'text/html' };
  for (const url of ['/c/x/evil-worker.js', '/dock/hello', '/repository/metadata/root.json', '/any'])
    expect((await app.inject({ url, headers })).statusCode, url).toBe(404);
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the app may frame its own origin and the one sandbox', () => {
  expect(learnerPolicy([], 'http://127.0.0.1:8082')).toContain("frame-src 'self' http://127.0.0.1:8082;");
  expect(learnerPolicy([])).toContain("frame-src 'self';");
});
