import { useEffect, useRef, useState } from 'preact/hooks';
import type { Manifest } from '#core/module/manifest.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import type { TextSurface } from '../../shell/text-surface.ts';
import { useAsync } from '../../shell/use-async.ts';
import { topOffset } from './frame-place.ts';
import { paint } from './marks.ts';
import { firstFrom, type Spoken, sentencesOf, spokenByPerson, voiceFor } from './narration.ts';
import { readSpoken } from './reading-aids.ts';

/** How fast it is read, 1 being the voice's own pace. */
export const RATES = ['0.75', '1', '1.25', '1.5'] as const;

/** Reading aloud, when the page or the device can. */
export interface ReadAloud {
  /** `off`: nothing is open; the bar with the buttons is hidden. */
  readonly state: 'off' | 'speaking' | 'paused';
  readonly rate: (typeof RATES)[number];
  readonly start: (from?: Range) => void;
  readonly toggle: () => void;
  readonly move: (steps: number) => void;
  readonly stop: () => void;
  readonly setRate: (rate: (typeof RATES)[number]) => void;
}

/** The voices of this device, which some browsers bring late. */
function useVoices(): readonly SpeechSynthesisVoice[] {
  const synthesis = 'speechSynthesis' in globalThis ? speechSynthesis : undefined;
  const [voices, setVoices] = useState(() => synthesis?.getVoices() ?? []);
  useEffect(() => {
    const look = () => setVoices(synthesis?.getVoices() ?? []);
    synthesis?.addEventListener('voiceschanged', look);
    return () => synthesis?.removeEventListener('voiceschanged', look);
  }, [synthesis]);
  return voices;
}

/** Undefined where nobody can read the page aloud: no recording came with it, and the device has no voice for it. */
export function useReadAloud(
  path: string,
  manifest: Manifest,
  href: string,
  surface: TextSurface | undefined,
): ReadAloud | undefined {
  const { modules } = usePlatform();
  const voices = useVoices();
  const [state, setState] = useState<ReadAloud['state']>('off');
  const [rate, setRate] = useState<ReadAloud['rate']>('1');
  const recorded = useAsync(() => readSpoken(modules, path, manifest, href), [modules, path, manifest, href]);
  const person = recorded.kind === 'ready' && recorded.value.length > 0 ? recorded.value : undefined;
  const language = surface?.document.documentElement.lang || manifest.language;
  const voice = voiceFor(voices, language);
  const now = useRef<{ spoken: readonly Spoken[]; index: number; halt: () => void }>({
    spoken: [],
    index: 0,
    halt: () => {},
  });
  const pace = useRef(rate);
  pace.current = rate;

  const stop = (): void => {
    now.current.halt();
    now.current = { spoken: [], index: 0, halt: () => {} };
    if (surface) paint([surface], 'll-spoken', []);
    setState('off');
  };
  // Another page: silence
  useEffect(() => stop, [surface]);
  if (!surface || (!person && !voice)) return undefined;

  const speak = (index: number): void => {
    const { spoken, halt } = now.current;
    halt();
    const piece = spoken[index];
    if (!piece) {
      stop();
      return;
    }
    now.current.index = index;
    paint([surface], 'll-spoken', [piece.range]);
    keepInSight(piece.range);
    const done = () => speak(index + 1);
    now.current.halt = piece.sound
      ? play(modules.urlOf(path, piece.sound.href), piece.sound, Number(pace.current), done)
      : say(piece.text, voice, Number(pace.current), done);
    setState('speaking');
  };
  return {
    state,
    rate,
    start: (from) => {
      const spoken = person ? spokenByPerson(surface, person) : sentencesOf(surface, language);
      const top = from ?? surface.map.rangeOf({ start: topOffset(surface) ?? 0, end: (topOffset(surface) ?? 0) + 1 });
      now.current = { spoken, index: 0, halt: now.current.halt };
      speak(top ? firstFrom(spoken, top) : 0);
    },
    toggle: () => {
      if (state === 'paused') {
        speak(now.current.index);
        return;
      }
      now.current.halt();
      setState('paused');
    },
    move: (steps) => speak(Math.max(0, now.current.index + steps)),
    stop,
    setRate: (next) => {
      pace.current = next;
      setRate(next);
      if (state === 'speaking') speak(now.current.index);
    },
  };
}

function keepInSight(range: Range): void {
  const view = range.startContainer.ownerDocument?.defaultView;
  const { top, bottom } = range.getBoundingClientRect();
  if (view && (top < 8 || bottom > view.innerHeight * 0.8)) view.scrollBy({ top: top - view.innerHeight * 0.25 });
}

/** Lets a voice say a text. Returns how to stop it; a stopped voice does not call back. */
function say(text: string, voice: SpeechSynthesisVoice | undefined, rate: number, done: () => void): () => void {
  const utterance = new SpeechSynthesisUtterance(text);
  if (voice) {
    utterance.voice = voice;
    utterance.lang = voice.lang;
  }
  utterance.rate = rate;
  let current = true;
  utterance.onend = () => current && done();
  utterance.onerror = () => current && done();
  speechSynthesis.speak(utterance);
  return () => {
    current = false;
    speechSynthesis.cancel();
  };
}

/** Plays a part of a sound. Returns how to stop it. */
function play(
  address: string,
  part: { readonly startSeconds: number; readonly endSeconds: number | undefined },
  rate: number,
  done: () => void,
): () => void {
  const audio = new Audio(address);
  audio.currentTime = part.startSeconds;
  audio.playbackRate = rate;
  let current = true;
  const finish = () => {
    if (!current) return;
    current = false;
    audio.pause();
    done();
  };
  audio.addEventListener('timeupdate', () => {
    if (part.endSeconds !== undefined && audio.currentTime >= part.endSeconds) finish();
  });
  audio.addEventListener('ended', finish);
  audio.addEventListener('error', finish);
  audio.play().catch(finish);
  return () => {
    current = false;
    audio.pause();
    audio.removeAttribute('src');
  };
}
