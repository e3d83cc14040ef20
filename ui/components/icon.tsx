import type { JSX } from 'preact';

const paths = {
  lamp: 'M9 3h6l3 8H6l3-8Zm3 8v7m-4 3h8m-4-3v3M4 15l1.5-1M20 15l-1.5-1',
  book: 'M4 5.5C6.5 4 9.5 4 12 6c2.5-2 5.5-2 8-.5V19c-2.5-1.5-5.5-1.5-8 .5-2.5-2-5.5-2-8-.5V5.500ZM12 6v13.5',
  pen: 'm4 20 1-4.500L16 4.500l3.5 3.500L8.5 19 4 20ZM14 6.500l3.5 3.5',
  check: 'm5 12.5 4.5 4.500L19 7.5',
  cross: 'M6 6l12 12M18 6 6 18',
  warning: 'M12 4 2.5 20h19L12 4Zm0 6v4.500m0 2.700v.3',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-10v6m0-9.300V7.4',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-14v5.500l3.5 2',
  lock: 'M6 11h12v9H6v-9Zm2.5 0V8a3.5 3.5 0 0 1 7 0v3',
  sync: 'M4 12a8 8 0 0 1 14-5.300L20 9m0-5v5h-5M20 12a8 8 0 0 1-14 5.300L4 15m0 5v-5h5',
  message: 'M4 5h16v11H10l-4.5 4v-4H4V5Z',
  feedback: 'M4 5h16v11H10l-4.5 4v-4H4V5Zm4.5 5.5 2.5 2.3 4.5-4.5',
  settings:
    'M4 7h9m5 0h2M4 17h2m5 0h9M15.5 9.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm-7 10a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  list: 'M9 6h11M9 12h11M9 18h11M4.5 6h.1m-.1 6h.1m-.1 6h.1',
  up: 'm6 14.5 6-6 6 6',
  down: 'm6 9.5 6 6 6-6',
  sort: 'm8 9.5 4-4 4 4m0 5-4 4-4-4',
  left: 'm14.5 5-7 7 7 7',
  right: 'm9.5 5 7 7-7 7',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  download: 'M12 4v11m-4.5-4.500L12 15l4.5-4.500M5 20h14',
  upload: 'M12 15V4M7.5 8.5 12 4l4.5 4.500M5 20h14',
  file: 'M6 3h8l4 4v14H6V3Zm8 0v4h4',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 9c.5-4 3.5-6 8-6s7.5 2 8 6',
  laptop: 'M5 5h14v10H5V5ZM2.5 19h19',
  shield: 'M12 3 5 6v5.500c0 4.5 3 8 7 9.5 4-1.5 7-5 7-9.500V6l-7-3Z',
  text: 'M4 18 9 6l5 12M5.7 14h6.600M15.5 18l3-7.5 3 7.500m-5-2.500h4',
  search: 'M10.5 17a6.5 6.500 0 1 0 0-13 6.5 6.500 0 0 0 0 13Zm4.700-1.800L20 20',
  bookmark: 'M7 4h10v16l-5-4-5 4V4Z',
  note: 'M5 4h14v11l-5 5H5V4Zm9 16v-5h5M8.5 8.500h7m-7 3.500h4',
  speak: 'M4 9.500h3.500L12 6v12l-4.500-3.500H4v-5Zm11.500-.5a4 4 0 0 1 0 6m2.500-8.500a7.500 7.500 0 0 1 0 11',
  play: 'M8 5.500v13l10-6.500-10-6.500Z',
  pause: 'M8.500 6v12m7-12v12',
  rotate: 'M19 12a7 7 0 1 1-2.500-5.400L19 9m0-5v5h-5',
  pages: 'M4 4h7v9H4V4Zm9 0h7v9h-7V4ZM4 16h7v4H4v-4Zm9 0h7v4h-7v-4Z',
  erase: 'M9 6h11v12H9l-5-6 5-6Zm3.5 3.5 5 5m0-5-5 5',
} as const;

/** The names of the drawings we have. */
export type IconName = keyof typeof paths;

/** A small line drawing in the colour of the text; decorative unless `label` names it. */
export function Icon({ name, label }: { readonly name: IconName; readonly label?: string }): JSX.Element {
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: without a label the drawing is decorative and hidden from readers
    <svg
      class="ll-icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      role={label ? 'img' : undefined}
      aria-hidden={label ? undefined : true}
    >
      {label && <title>{label}</title>}
      <path d={paths[name]} />
    </svg>
  );
}
