import type { Preferences } from '../../shell/preferences.ts';

const sizes: Record<Preferences['textSize'], string> = { small: '94%', normal: '106%', large: '125%', largest: '150%' };

const paper = `
:root { color-scheme: light; background: #fffdf9; color: #1b2330; }
a { color: #14536b; }
mark { background: #ffe9a8; color: inherit; }`;

const night = `
:root { color-scheme: dark; background: #171c24; color: #eceae4; }
body, body :not(img, picture, video, audio, svg, svg *, math, math *) { background-color: transparent !important; color: inherit !important; }
a, a * { color: #93d0e6 !important; }
img { background: #fff; }`;

/** The stylesheet the reader lays over a page of course material: readable measure and size, and the night theme. */
export function frameStyle(preferences: Preferences, dark: boolean): string {
  return `
:root { font-size: ${sizes[preferences.textSize]}; line-height: 1.6; overflow-wrap: break-word; font-family: "Atkinson Hyperlegible", "Noto Sans", system-ui, sans-serif; }
body { max-width: 44rem; margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 2rem) 4rem; }
img, video, svg { max-width: 100%; height: auto; }
audio { width: 100%; }
table { border-collapse: collapse; display: block; overflow-x: auto; max-width: 100%; }
td, th { padding: 0.35em 0.7em; border: 1px solid color-mix(in srgb, currentColor 30%, transparent); }
pre { overflow-x: auto; white-space: pre-wrap; }
:focus-visible { outline: 3px solid ${dark ? '#ffd166' : '#0a55c8'}; outline-offset: 2px; }
${dark ? night : paper}`;
}
