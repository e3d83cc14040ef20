import type { MediaPlace } from '#core/annotation/fragment.ts';
import { type Cue, cueAt, plainCue } from '#core/captions/cues.ts';
import type { TextSurface } from '../../shell/text-surface.ts';

/** The films and sounds of a page. */
export function playersOf(surface: TextSurface | undefined): readonly HTMLMediaElement[] {
  return [...(surface?.root.querySelectorAll<HTMLMediaElement>('video, audio') ?? [])];
}

/** Tells the cues of a player's first track, now and when they have been read, until the answer is called. */
export function followCues(player: HTMLMediaElement, onCues: (cues: readonly Cue[]) => void): () => void {
  const track = player.textTracks[0];
  if (!track) return () => {};
  // A disabled track is not read; a hidden one is, without captions over the picture
  if (track.mode === 'disabled') track.mode = 'hidden';
  const read = () => onCues(cuesOf(track));
  const source = player.querySelector('track');
  source?.addEventListener('load', read);
  read();
  return () => source?.removeEventListener('load', read);
}

/** Goes to the moment at which a film or sound says what was found, so many units of text after the place. */
export function goToMoment(surface: TextSurface, { track, seconds }: MediaPlace, offset: number): void {
  const player = playersOf(surface)[track];
  if (!player) return;
  player.scrollIntoView({ block: 'center' });
  player.currentTime = seconds;
  followCues(player, (cues) => {
    const cue = cueAt(cues, seconds, offset);
    if (cue) goToCue(player, cue);
  });
}

/** Goes to the beginning of a cue; a little after it, so that it is the one that shows. */
export function goToCue(player: HTMLMediaElement, cue: Cue): void {
  player.currentTime = cue.startSeconds + 0.01;
}

function cuesOf(track: TextTrack): readonly Cue[] {
  return [...(track.cues ?? [])].flatMap((cue) => {
    const text = 'text' in cue && typeof cue.text === 'string' ? plainCue(cue.text) : '';
    return text === '' ? [] : [{ startSeconds: cue.startTime, text }];
  });
}
