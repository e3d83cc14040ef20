import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from './processes.ts';

/** Copies the built web faces into `folder`, so that a test may change them; for the station's `--faces`. */
export function copyFaces(folder: string): string {
  for (const face of ['app', 'desk', 'sandbox'])
    cpSync(resolve(root, 'dist', face), join(folder, face), { recursive: true });
  return folder;
}

/**
 * Makes another version of the app of the copied faces: the page says which edition it is, and the service worker's list
 * names the new page, as `npm run build` does it.
 */
export function changeEdition(faces: string, edition: string): void {
  const page = join(faces, 'app/index.html');
  const worker = join(faces, 'app/service-worker.js');
  const revision = (): string => createHash('sha256').update(readFileSync(page)).digest('hex').slice(0, 16);
  const list = readFileSync(worker, 'utf8');
  const before = `{"url":"index.html","revision":"${revision()}"}`;
  if (!list.includes(before)) throw new Error('the service worker does not list index.html as it is');
  const marked = readFileSync(page, 'utf8').replace(/<html[^>]*>/, `<html lang="nl" data-edition="${edition}">`);
  writeFileSync(page, marked);
  writeFileSync(worker, list.replace(before, `{"url":"index.html","revision":"${revision()}"}`));
}

/** Stands before everything that runs: as in a browser whose WebCrypto has never heard of Ed25519. */
const withoutEd25519 = `
globalThis.ed25519Asked = 0;
for (const method of ['generateKey', 'importKey', 'sign', 'verify']) {
  const real = SubtleCrypto.prototype[method];
  SubtleCrypto.prototype[method] = function (...args) {
    const isAsked = args.some((value) => value === 'Ed25519' || value?.name === 'Ed25519');
    if (!isAsked) return Reflect.apply(real, this, args);
    globalThis.ed25519Asked += 1;
    return Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'));
  };
}
`;

/** Takes Ed25519 out of WebCrypto in the page, in every worker and in the service worker of the copied app. */
export function removeEd25519(faces: string): void {
  const app = join(faces, 'app');
  writeFileSync(join(app, 'without-ed25519.js'), withoutEd25519);
  const page = join(app, 'index.html');
  writeFileSync(
    page,
    readFileSync(page, 'utf8').replace('<head>', '<head><script src="/without-ed25519.js"></script>'),
  );
  const worker = join(app, 'service-worker.js');
  writeFileSync(worker, `${withoutEd25519}\n${readFileSync(worker, 'utf8')}`);
  const assets = join(app, 'assets');
  for (const name of readdirSync(assets).filter((file) => /-worker-[^.]*\.js$/.test(file))) {
    const path = join(assets, name);
    // The first import of a module worker runs before all others.
    writeFileSync(path, `import '/without-ed25519.js';\n${readFileSync(path, 'utf8')}`);
  }
}
