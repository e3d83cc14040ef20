import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { bytesSource } from './byte-source.ts';
import type { CourseFile } from './course.ts';

/** Folder in a module that only the packager fills. No file of the input gets a name in it. */
export const OWN_FOLDER = 'leeslicht';
/** The style sheet for pages that bring none. */
export const PAGE_STYLE_HREF = `${OWN_FOLDER}/page.css`;

const FACES = [
  { file: 'atkinson-hyperlegible-latin-400-normal.woff2', weight: 400, style: 'normal' },
  { file: 'atkinson-hyperlegible-latin-700-normal.woff2', weight: 700, style: 'normal' },
  { file: 'atkinson-hyperlegible-latin-400-italic.woff2', weight: 400, style: 'italic' },
] as const;

const RULES = `
:root { color-scheme: light dark; --ink: #1d2327; --paper: #fdfcf9; --quiet: #566069; --line: #c9cdd1; --link: #0b5a8a; --tint: #eef2f4; --code-a: #7a2a86; --code-b: #1f6a2e; --code-c: #9a3d00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --paper: #17191c; --quiet: #a9b1b8; --line: #454c53; --link: #8cc7ee; --tint: #22262a; --code-a: #e0a6e8; --code-b: #9ad6a5; --code-c: #f2b27a; } }
* { box-sizing: border-box; }
html { font: 112.5%/1.6 "Atkinson Hyperlegible", system-ui, sans-serif; background: var(--paper); color: var(--ink); }
body { max-width: 38rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; overflow-wrap: break-word; }
h1, h2, h3, h4 { line-height: 1.25; margin: 2em 0 .6em; text-wrap: balance; }
h1 { font-size: 1.8rem; margin-top: .5em; }
h2 { font-size: 1.4rem; }
h3 { font-size: 1.15rem; }
p, ul, ol, dl, blockquote, pre, table, figure, video, audio { margin: 0 0 1.1em; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible, video:focus-visible, audio:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; }
img, svg, video { max-width: 100%; height: auto; }
video { display: block; width: 100%; background: #000; border-radius: .5rem; }
audio { display: block; width: 100%; }
figure { margin-inline: 0; }
figcaption, .ll-external { color: var(--quiet); }
blockquote { margin-inline: 0; padding-inline-start: 1rem; border-inline-start: .25rem solid var(--line); color: var(--quiet); }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .92em; }
pre { padding: .9rem 1rem; overflow-x: auto; background: var(--tint); border-radius: .5rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { padding: .45rem .7rem; border: 1px solid var(--line); text-align: start; vertical-align: top; }
th { background: var(--tint); }
caption { caption-side: top; text-align: start; padding-block: .4rem; }
math[display="block"] { display: block math; margin: 0 0 1.1em; overflow-x: auto; overflow-y: hidden; }
dt { font-weight: 700; }
dd { margin-inline-start: 1.25rem; }
summary { cursor: pointer; font-weight: 700; }
details, .ll-note, .ll-example, .ll-exercise, .ll-abstract { margin: 0 0 1.25em; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; }
.ll-note, .ll-abstract { background: var(--tint); }
details > :last-child, .ll-note > :last-child, .ll-example > :last-child, .ll-exercise > :last-child { margin-bottom: 0; }
.ll-note > :is(h2, h3, h4, h5, h6, p):first-child, .ll-example > :first-child { margin-top: 0; }
.ll-question { margin: 1.5em 0; padding-inline-start: 1rem; border-inline-start: .25rem solid var(--link); }
.ll-question-name { margin-bottom: .3em; color: var(--quiet); font-weight: 700; }
[role="doc-noteref"] { text-decoration: none; padding-inline: .15em; }
.footnotes { margin-top: 3em; border-top: 1px solid var(--line); font-size: .92em; }
.sr-only { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.hljs-comment, .hljs-quote { color: var(--quiet); font-style: italic; }
.hljs-keyword, .hljs-selector-tag, .hljs-name, .hljs-literal, .hljs-type { color: var(--code-a); font-weight: 700; }
.hljs-string, .hljs-regexp, .hljs-addition { color: var(--code-b); }
.hljs-number, .hljs-symbol, .hljs-attr, .hljs-variable, .hljs-deletion { color: var(--code-c); }
.hljs-title, .hljs-section, .hljs-built_in { color: var(--link); }
hr { border: 0; border-top: 1px solid var(--line); margin: 2.5em 0; }
`;

/** The style sheet and the typeface it uses (Atkinson Hyperlegible, SIL Open Font License 1.1). */
export function pageStyleFiles(): CourseFile[] {
  const require = createRequire(import.meta.url);
  const fonts = FACES.map((face): CourseFile => {
    const bytes = new Uint8Array(readFileSync(require.resolve(`@fontsource/atkinson-hyperlegible/files/${face.file}`)));
    return { href: `${OWN_FOLDER}/${face.file}`, type: 'font/woff2', kind: 'resource', source: bytesSource(bytes) };
  });
  const faces = FACES.map(
    (face) =>
      `@font-face { font-family: "Atkinson Hyperlegible"; font-weight: ${face.weight}; font-style: ${face.style}; font-display: swap; src: url("${face.file}") format("woff2"); }`,
  );
  const css = new TextEncoder().encode(`${faces.join('\n')}${RULES}`);
  return [{ href: PAGE_STYLE_HREF, type: 'text/css', kind: 'resource', source: bytesSource(css) }, ...fonts];
}
