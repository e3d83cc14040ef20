import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { learnerPolicy, serveFace } from './faces.ts';

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
