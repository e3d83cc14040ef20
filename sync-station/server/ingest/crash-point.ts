/** The steps of taking in a parcel, in order; tests stop the process at each. */
export const INGEST_STEPS = [
  'received',
  'verified',
  'object-written',
  'object-synced',
  'object-renamed',
  'object-folder-synced',
  'transaction-open',
  'transaction-filled',
  'committed',
  'answering',
] as const;

/** One step of taking in a parcel. */
export type IngestStep = (typeof INGEST_STEPS)[number];

/**
 * Returns a function that kills this process with SIGKILL when the step named in LEESLICHT_TEST_CRASH_AT is reached.
 * Outside NODE_ENV=test it does nothing.
 */
export function crashPoints(environment: Readonly<Record<string, string | undefined>>): (step: IngestStep) => void {
  const at = environment['NODE_ENV'] === 'test' ? environment['LEESLICHT_TEST_CRASH_AT'] : undefined;
  if (at === undefined) return () => {};
  return (step) => {
    if (step === at) process.kill(process.pid, 'SIGKILL');
  };
}
