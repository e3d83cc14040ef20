import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Cue } from '#core/captions/cues.ts';
import { Field } from '#ui/components/field.tsx';
import { texts } from '../../i18n/texts.ts';
import type { TextSurface } from '../../shell/text-surface.ts';
import { followCues, goToCue, playersOf } from './players.ts';
import { SpeedSelect } from './read-aloud-bar.tsx';
import type { RATES } from './use-read-aloud.ts';

/** The cues of a player's first track, read even while the captions are off; and the moment it is at. */
function useCues(player: HTMLMediaElement | undefined): { readonly cues: readonly Cue[]; readonly seconds: number } {
  const [cues, setCues] = useState<readonly Cue[]>([]);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setCues([]);
    if (!player) return undefined;
    const follow = () => setSeconds(player.currentTime);
    const stop = followCues(player, setCues);
    player.addEventListener('timeupdate', follow);
    follow();
    return () => {
      stop();
      player.removeEventListener('timeupdate', follow);
    };
  }, [player]);
  return { cues, seconds };
}

/** Props of {@link TranscriptPanel}. */
export interface TranscriptPanelProps {
  readonly surface: TextSurface | undefined;
  readonly language: string;
}

/** What is said in the film or sound of a page: it follows, can be searched, and a click goes there. */
export function TranscriptPanel({ surface, language }: TranscriptPanelProps): JSX.Element {
  const { t } = texts;
  const [query, setQuery] = useState('');
  const [rate, setRate] = useState<(typeof RATES)[number]>('1');
  const players = playersOf(surface);
  const [chosen, setChosen] = useState(0);
  const player = players[chosen] ?? players[0];
  const { cues, seconds } = useCues(player);
  const list = useRef<HTMLOListElement>(null);
  const current = cues.findLastIndex(({ startSeconds }) => startSeconds <= seconds + 0.05);
  useEffect(() => {
    if (query === '') list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [current, query]);
  const wanted = query.trim().toLocaleLowerCase();
  const shown = cues
    .map((cue, index) => ({ cue, index }))
    .filter(({ cue }) => wanted === '' || cue.text.toLocaleLowerCase().includes(wanted));
  return (
    <section class="ll-stack" aria-label={t('reader.transcript')}>
      {players.length > 1 && (
        <label class="ll-stack">
          <span>{t('transcript.which')}</span>
          <select class="ll-input" onChange={(event) => setChosen(event.currentTarget.selectedIndex)}>
            {players.map((one, index) => (
              // The players of a page never change their order
              <option key={index}>{one.getAttribute('aria-label') ?? t('transcript.number', { n: index + 1 })}</option>
            ))}
          </select>
        </label>
      )}
      <SpeedSelect
        value={rate}
        onChange={(next) => {
          setRate(next);
          for (const one of players) one.playbackRate = Number(next);
        }}
      />
      {cues.length === 0 ? (
        <p class="ll-quiet">{t('transcript.none')}</p>
      ) : (
        <>
          <Field label={t('transcript.search')} type="search" value={query} onInput={setQuery} />
          <p role="status" class="ll-quiet ll-small">
            {wanted !== '' && t('search.count', { n: shown.length })}
          </p>
          <ol ref={list} class="ll-transcript" lang={language}>
            {shown.map(({ cue, index }) => (
              <li key={index}>
                <button
                  type="button"
                  class="ll-cue"
                  aria-current={index === current ? 'true' : undefined}
                  onClick={() => {
                    if (player) goToCue(player, cue);
                  }}
                >
                  <span class="ll-small ll-quiet">{clock(cue.startSeconds)}</span> {cue.text}
                </button>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

/** "1:05" */
function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
