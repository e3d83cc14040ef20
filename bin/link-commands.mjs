import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

// npm links the commands of what a package depends on, not its own: this makes `npx leeslicht` work in a checkout.
const root = resolve(import.meta.dirname, '..');
const folder = resolve(root, 'node_modules/.bin');

mkdirSync(folder, { recursive: true });
for (const name of ['leeslicht', 'leeslicht-station']) {
  const program = resolve(root, `bin/${name}.mjs`);
  if (!existsSync(program)) continue;
  const link = resolve(folder, name);
  rmSync(link, { force: true });
  if (process.platform === 'win32') {
    writeFileSync(`${link}.cmd`, `@node "%~dp0\\..\\..\\bin\\${name}.mjs" %*\r\n`);
  } else {
    chmodSync(program, 0o755);
    symlinkSync(`../../bin/${name}.mjs`, link);
  }
}
