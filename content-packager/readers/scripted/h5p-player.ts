import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { bytesSource } from '../byte-source.ts';
import type { CourseFile } from '../course.ts';
import { OWN_FOLDER } from '../page-style.ts';
import { scriptedTypeOf } from './carried-files.ts';

/** Where the player lies in a module, below the packager's own folder. */
export const H5P_PLAYER_FOLDER = `${OWN_FOLDER}/h5p`;

/**
 * Starts the player in the page and hands every xAPI statement to the frame around it. In a file of its own: the
 * page itself holds no script. `div`, not `iframe`: the page is in a frame already, and has it for itself.
 */
const START = `const statement = (event) => {
  parent.postMessage({ kind: 'xapi', statement: JSON.stringify(event.data.statement) }, location.origin);
};
new H5PStandalone.H5P(document.getElementById('h5p'), {
  id: 'content',
  h5pJsonPath: '../..',
  embedType: 'div',
  frameJs: './frame.bundle.js',
  frameCss: './styles/h5p.css',
}).then(() => H5P.externalDispatcher.on('xAPI', statement));
`;

const STYLE = `html, body { margin: 0; background: #fff; font-family: system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
`;

/** The files that run H5P content, taken along from h5p-standalone when a package is packed. */
export async function h5pPlayerFiles(): Promise<CourseFile[]> {
  const folder = dirname(createRequire(import.meta.url).resolve('h5p-standalone'));
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = found
    .filter((entry) => entry.isFile() && /\.(js|css|woff2?|gif|svg|png)$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  const own = [
    { name: 'start.js', bytes: new TextEncoder().encode(START) },
    { name: 'start.css', bytes: new TextEncoder().encode(STYLE) },
  ];
  const taken = await Promise.all(
    names.map(async (name) => ({ name, bytes: new Uint8Array(await readFile(join(folder, name))) })),
  );
  return [...taken, ...own].map(({ name, bytes }) => ({
    href: `${H5P_PLAYER_FOLDER}/${name}`,
    type: scriptedTypeOf(name),
    kind: 'resource',
    source: bytesSource(bytes),
  }));
}
