import type { PageSize } from '#core/module/page-size.ts';
import type { Preferences } from '../../shell/preferences.ts';

const sizes: Record<Preferences['textSize'], string> = { small: '94%', normal: '106%', large: '125%', largest: '150%' };

/** How the colours of a page are given: the author's own by day, ours in every other light. */
export type Light = 'day' | 'sepia' | 'night';

const marked = (yellow: string, green: string, blue: string, pink: string, found: string, spoken: string): string => `
::highlight(ll-yellow) { background-color: ${yellow}; }
::highlight(ll-green) { background-color: ${green}; }
::highlight(ll-blue) { background-color: ${blue}; }
::highlight(ll-pink) { background-color: ${pink}; }
::highlight(ll-term) { text-decoration: underline dashed 1px; }
::highlight(ll-note) { text-decoration: underline dotted 2px; }
::highlight(ll-found) { background-color: ${found}; }
::highlight(ll-spoken) { background-color: ${spoken}; }`;

const byDay = marked('#ffe58a', '#c5efb4', '#c3e2ff', '#ffd0e2', '#ffc46b', '#d7e9ef');

const recoloured = `
body, body :not(img, picture, video, audio, svg, svg *, math, math *) { background-color: transparent !important; color: inherit !important; }`;

const lights: Record<Light, string> = {
  day: `
:root { color-scheme: light; background: #fffdf9; color: #1b2330; }
a { color: #14536b; }
mark { background: #ffe9a8; color: inherit; }
${byDay}`,
  sepia: `
:root { color-scheme: light; background: #f6ead2; color: #2d2416; }
${recoloured}
a, a * { color: #0b445a !important; }
${byDay}`,
  night: `
:root { color-scheme: dark; background: #171c24; color: #eceae4; }
${recoloured}
a, a * { color: #93d0e6 !important; }
img { background: #fff; }
${marked('#5d4a00', '#1d4d26', '#17457a', '#6b2344', '#7a4a00', '#23485a')}`,
};

const words = 'body, body :not(math, math *, svg, svg *)';
const spacings: Record<Preferences['spacing'], string> = {
  normal: '',
  wide: `${words} { line-height: 1.9 !important; letter-spacing: 0.03em !important; word-spacing: 0.08em !important; }`,
  // The most that WCAG 1.4.12 asks a page to bear
  widest: `${words} { line-height: 2.1 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }`,
};

const widths: Record<Preferences['width'], string> = {
  normal: 'body { max-width: 44rem; }',
  narrow: 'body { max-width: 30rem !important; }',
  full: 'body { max-width: none !important; }',
};

const letters = 'body, body :not(math, math *, svg, svg *, pre, pre *, code, kbd, samp, tt)';
const typefaces: Record<Preferences['typeface'], string> = {
  own: '',
  hyperlegible: `${letters} { font-family: "Atkinson Hyperlegible", "Noto Sans", system-ui, sans-serif !important; }`,
  dyslexic: `${letters} { font-family: "OpenDyslexic", "Noto Sans", system-ui, sans-serif !important; }`,
};

/** The stylesheet the reader lays over a page of course material: measure, letters, spacing, colours and marks. */
export function frameStyle(preferences: Preferences, light: Light): string {
  return `
:root { font-size: ${sizes[preferences.textSize]}; line-height: 1.6; overflow-wrap: break-word; font-family: "Atkinson Hyperlegible", "Noto Sans", system-ui, sans-serif; }
body { margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 2rem) 4rem; }
${widths[preferences.width]}
img, video, svg { max-width: 100%; height: auto; }
audio { width: 100%; }
table { border-collapse: collapse; display: block; overflow-x: auto; max-width: 100%; }
td, th { padding: 0.35em 0.7em; border: 1px solid color-mix(in srgb, currentColor 30%, transparent); }
pre { overflow-x: auto; white-space: pre-wrap; }
/* A line of a list of links is high enough to be hit (WCAG 2.5.8), also in small letters */
li > a:first-child, :is(p, div, td, dt, dd) > a:only-child { line-height: max(1.6em, 24px); }
:focus-visible { outline: 3px solid ${light === 'night' ? '#ffd166' : '#0a55c8'}; outline-offset: 2px; }
${spacings[preferences.spacing]}
${typefaces[preferences.typeface]}
${lights[light]}
@media print { :root { display: none !important; } }`;
}

/** CSS pixels across a sheet of paper (A4): pages are made at any size, to be looked at like this. */
const PAPER_WIDTH = 800;
/** How much larger than it must be to fit a page of fixed layout is shown; such a page has no letters of its own. */
const enlarged: Record<Preferences['textSize'], number> = { small: 0.75, normal: 1, large: 1.4, largest: 2 };

/**
 * The stylesheet over a page that is laid out for one size: as wide as paper, wider when the whole page can be
 * seen then, never wider than the frame, and enlarged by the size of letters that the learner chose. Its own letters, colours and
 * spacing stay, for it falls apart in others.
 */
export function fixedFrameStyle({ width, height }: PageSize, preferences: Preferences, light: Light): string {
  return `
:root { container-type: size; height: 100%; margin: 0; background: ${light === 'night' ? '#171c24' : light === 'sepia' ? '#e9dcc0' : '#e8e6e0'}; color-scheme: ${light === 'night' ? 'dark' : 'light'}; }
:where(body) { background: #fff; color: #000; }
body {
  --ll-across: tan(atan2(100cqw, ${width}px));
  --ll-whole: min(var(--ll-across), tan(atan2(100cqh, ${height}px)));
  --ll-scale: calc(min(var(--ll-across), max(${PAPER_WIDTH / width}, var(--ll-whole))) * ${enlarged[preferences.textSize]});
  color-scheme: light; position: absolute !important; box-sizing: border-box; overflow: hidden !important;
  width: ${width}px !important; height: ${height}px !important; margin: 0 !important;
  top: 0; left: max(0px, (100cqw - ${width}px * var(--ll-scale)) / 2);
  transform: scale(var(--ll-scale)) !important; transform-origin: 0 0 !important;
}
body > svg:only-child { display: block; width: 100%; height: 100%; }
:focus-visible { outline: 3px solid #0a55c8; outline-offset: 2px; }
${byDay}
@media print { :root { display: none !important; } }`;
}
