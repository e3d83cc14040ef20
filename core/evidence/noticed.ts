/** What a device can notice about itself that staff must look at (formats/evidence.md 1). */
export const noticedCodes = [
  'chunk-corrupt',
  'clock-back',
  'clock-jump',
  'clock-edited',
  'clock-lost',
  'licence-edited',
  'licence-foreign',
  'copied',
] as const;

/** One of {@link noticedCodes}. */
export type NoticedCode = (typeof noticedCodes)[number];
