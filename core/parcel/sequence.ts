import type { HeaderFields } from './header.ts';

/** The last parcel that was accepted of one device in one direction. */
export interface ParcelHead {
  readonly epoch: number;
  readonly sequence: number;
  readonly parcelId: string;
}

/** Where a parcel stands in its sequence (formats/parcel.md 5). */
export type SequenceVerdict =
  | { readonly kind: 'next' }
  /** It is the head itself, again. */
  | { readonly kind: 'duplicate' }
  /** Sequences that must come first, at most 1,000 of them. */
  | { readonly kind: 'gap'; readonly missing: readonly number[] }
  /** Another parcel already has this place: a copied or restored device. */
  | { readonly kind: 'fork' };

const MAX_MISSING = 1_000;

/**
 * Judges a parcel against the head. Callers look up the id first: a parcel they hold already is a duplicate wherever
 * it stands. Pass `id` to recognise the head itself.
 */
export function judgeSequence(
  head: ParcelHead | null | undefined,
  parcel: Pick<HeaderFields, 'deviceEpoch' | 'sequence' | 'previous'> & { readonly id?: string },
): SequenceVerdict {
  // formats/parcel.md 5.2: a new device epoch begins again at 1
  const current =
    head && head.epoch >= parcel.deviceEpoch ? head : { epoch: parcel.deviceEpoch, sequence: 0, parcelId: null };
  if (parcel.id !== undefined && parcel.id === current.parcelId) return { kind: 'duplicate' };
  // formats/parcel.md 5.3: nothing new comes from an epoch that ended
  if (current.epoch > parcel.deviceEpoch || parcel.sequence <= current.sequence) return { kind: 'fork' };
  if (parcel.sequence > current.sequence + 1) {
    const count = Math.min(parcel.sequence - current.sequence - 1, MAX_MISSING);
    return { kind: 'gap', missing: Array.from({ length: count }, (_, index) => current.sequence + 1 + index) };
  }
  // formats/parcel.md 5.4: the next parcel names the one before it
  return parcel.previous === current.parcelId ? { kind: 'next' } : { kind: 'fork' };
}
