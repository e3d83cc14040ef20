/** The size in CSS pixels for which a page of fixed layout is made. */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

const MAX_SIDE = 20_000;

/**
 * The size that a `viewport` of a page names: `width=1200, height=1600` (EPUB 3.3, 8.2.2.6.1). Undefined for every
 * other, such as `width=device-width`: a page that flows. formats/module.md 2.9.
 */
export function parsePageSize(viewport: string): PageSize | undefined {
  const width = sideOf('width', viewport);
  const height = sideOf('height', viewport);
  return width === undefined || height === undefined ? undefined : { width, height };
}

/** The same as it stands in a page. */
export function formatPageSize({ width, height }: PageSize): string {
  return `width=${width}, height=${height}`;
}

function sideOf(name: string, viewport: string): number | undefined {
  const written = new RegExp(`(?:^|[\\s,;])${name}\\s*=\\s*(\\d+(?:\\.\\d+)?)\\s*(?:px)?\\s*(?:[,;\\s]|$)`, 'i').exec(
    viewport,
  );
  const side = Number(written?.[1]);
  return side > 0 && side <= MAX_SIDE ? side : undefined;
}
