import { fromBase64 } from '#core/bytes/base64.ts';

/** As data addresses, all in this one file: a laptop that keeps the app offline fetches it in one go. */
const maps = import.meta.glob<string>('../../../node_modules/pdfjs-dist/cmaps/*.bcmap', {
  query: '?url&inline',
  import: 'default',
  eager: true,
});
const byName = new Map(Object.entries(maps).map(([path, address]) => [path.slice(path.lastIndexOf('/') + 1), address]));

/** One of Adobe's character maps, as `UniGB-UCS2-H.bcmap`: which letter a code of a Chinese, Japanese or Korean font means. */
export function characterMap(name: string): Uint8Array | undefined {
  const address = byName.get(name);
  return address === undefined ? undefined : fromBase64(address.slice(address.indexOf(',') + 1));
}
