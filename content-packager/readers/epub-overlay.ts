import type { Report } from './course.ts';
import { resolveReference } from './href.ts';
import type { SpokenPart } from './reading-aids.ts';
import { childrenXml, findXml, parseXml, type XmlElement } from './xml.ts';

const MAX_DEPTH = 64;

/**
 * Reads a media overlay (SMIL): which part of which sound reads which element aloud, by the path of the page. `audioOf`
 * answers the module's name of a sound, undefined when it did not come along.
 */
export function readOverlay(
  smil: string,
  path: string,
  audioOf: (path: string) => string | undefined,
  report: Report,
): ReadonlyMap<string, readonly SpokenPart[]> {
  const pages = new Map<string, SpokenPart[]>();
  const body = findXml(parseXml(smil, path), 'body');
  if (body === undefined) {
    report.add(path, 'MEDIA_OVERLAY', 'has no body');
    return pages;
  }
  const walk = (parent: XmlElement, depth: number): void => {
    for (const child of parent.children) {
      if (child.name === 'seq' && depth < MAX_DEPTH) walk(child, depth + 1);
      if (child.name !== 'par') continue;
      const text = place(childrenXml(child, 'text')[0], path);
      const audio = childrenXml(child, 'audio')[0];
      const sound = place(audio, path);
      // A pair without sound is read by the device's own voice, which needs no timing.
      if (text === undefined || audio === undefined) continue;
      const href = sound === undefined ? undefined : audioOf(sound.path);
      const startMs = clockMs(audio.attributes.get('clipBegin') ?? '0s');
      const end = audio.attributes.get('clipEnd');
      const endMs = end === undefined ? undefined : clockMs(end);
      if (href === undefined || startMs === undefined || (end !== undefined && endMs === undefined) || text.id === '') {
        report.add(
          path,
          'MEDIA_OVERLAY',
          `${childrenXml(child, 'text')[0]?.attributes.get('src') ?? ''} cannot be read aloud`,
        );
        continue;
      }
      const part = { id: text.id, audio: href, startMs, ...(endMs === undefined ? {} : { endMs }) };
      pages.set(text.path, [...(pages.get(text.path) ?? []), part]);
    }
  };
  walk(body, 0);
  return pages;
}

/** SMIL 3.0 clock values: `0:12:34.5`, `12:34`, `7.5s`, `90ms`, `1.5h`, `2min`, or seconds alone. */
export function clockMs(value: string): number | undefined {
  const clock = /^(?:(\d+):)?([0-5]?\d):([0-5]?\d(?:\.\d+)?)$/.exec(value.trim());
  if (clock !== null)
    return Math.round((Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3])) * 1000);
  const count = /^(\d+(?:\.\d+)?)(h|min|s|ms)?$/.exec(value.trim());
  if (count === null) return undefined;
  const unit = { h: 3_600_000, min: 60_000, s: 1000, ms: 1 }[count[2] ?? 's'] ?? 1000;
  return Math.round(Number(count[1]) * unit);
}

function place(element: XmlElement | undefined, from: string): { path: string; id: string } | undefined {
  const reference = resolveReference(from, element?.attributes.get('src') ?? '');
  return reference.kind === 'inside' ? { path: reference.path, id: reference.fragment.replace(/^#/, '') } : undefined;
}
