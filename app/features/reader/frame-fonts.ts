import atkinsonItalic from '@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-400-italic.woff2?url';
import atkinson from '@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-400-normal.woff2?url';
import atkinsonBold from '@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-700-normal.woff2?url';
import atkinsonExt from '@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-ext-400-normal.woff2?url';
import dyslexicItalic from '@fontsource/opendyslexic/files/opendyslexic-latin-400-italic.woff2?url';
import dyslexic from '@fontsource/opendyslexic/files/opendyslexic-latin-400-normal.woff2?url';
import dyslexicBold from '@fontsource/opendyslexic/files/opendyslexic-latin-700-normal.woff2?url';
import type { Preferences } from '../../shell/preferences.ts';

interface Face {
  readonly family: string;
  readonly url: string;
  readonly style: FontFaceDescriptors;
}

const EXTENDED =
  'U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+1E00-1E9F, U+1EF2-1EFF, U+20A0-20C0';
const hyperlegible: readonly Face[] = [
  { family: 'Atkinson Hyperlegible', url: atkinson, style: {} },
  { family: 'Atkinson Hyperlegible', url: atkinsonExt, style: { unicodeRange: EXTENDED } },
  { family: 'Atkinson Hyperlegible', url: atkinsonItalic, style: { style: 'italic' } },
  { family: 'Atkinson Hyperlegible', url: atkinsonBold, style: { weight: '700' } },
];
const faces: Record<Preferences['typeface'], readonly Face[]> = {
  own: hyperlegible,
  hyperlegible,
  dyslexic: [
    { family: 'OpenDyslexic', url: dyslexic, style: {} },
    { family: 'OpenDyslexic', url: dyslexicItalic, style: { style: 'italic' } },
    { family: 'OpenDyslexic', url: dyslexicBold, style: { weight: '700' } },
  ],
};

/** Which files each document has already. */
const brought = new WeakMap<Document, Set<string>>();
const loaded = new Map<string, Promise<ArrayBuffer>>();

function bytesOf(url: string): Promise<ArrayBuffer> {
  const known = loaded.get(url);
  if (known) return known;
  const loading = fetch(url).then((answer) => {
    if (!answer.ok) throw new Error(`font ${answer.status}`);
    return answer.arrayBuffer();
  });
  loaded.set(url, loading);
  loading.catch(() => loaded.delete(url));
  return loading;
}

/**
 * Brings the letters into a frame. The bytes are handed over from here: the policy of module pages lets a page load
 * fonts of its own module only, and stays that way.
 */
export async function bringFonts(document: Document, typeface: Preferences['typeface']): Promise<void> {
  const view = document.defaultView;
  if (!view) return;
  const present = brought.get(document) ?? new Set<string>();
  brought.set(document, present);
  const missing = faces[typeface].filter(({ url }) => !present.has(url));
  for (const { url } of missing) present.add(url);
  await Promise.all(
    missing.map(async ({ family, url, style }) => {
      const face = new view.FontFace(family, await bytesOf(url), style);
      document.fonts.add(await face.load());
    }),
  );
}
