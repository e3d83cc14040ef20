/** The smallest archive; most parcels of one sync are this big. */
const FLOOR_BYTES = 4096;

/**
 * The size that an archive of `length` bytes is padded to: Padmé (Nikitin et al., "Reducing Metadata Leakage from
 * Encrypted Files and Communication with PURBs", 2019, section 4) above a floor of 4 KiB, so that a size tells only
 * about log log of itself and costs at most 12 %. Never more than `max`, which must not be below `length`.
 */
export function paddedLength(length: number, max: number): number {
  const bytes = Math.max(length, FLOOR_BYTES);
  const exponent = Math.floor(Math.log2(bytes));
  const step = 2 ** (exponent - (Math.floor(Math.log2(exponent)) + 1));
  return Math.min(Math.ceil(bytes / step) * step, max);
}
