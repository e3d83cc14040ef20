import { useEffect, useRef, useState } from 'preact/hooks';
import type { Selector } from '#core/annotation/selector.ts';
import { FIRST_PACE, minutesFor, type Pace, withReading } from '#core/reading/pace.ts';
import { progressKey } from '../../platform/records/records.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { type ModuleWords, modulePosition, moduleWords } from './module-words.ts';
import type { OpenedPart } from './opened-part.ts';

/** From here on a part counts as read. */
const READ_FRACTION = 0.97;
/** A stretch of reading this long says something about the pace. */
const PACE_STEP_MS = 20_000;

/** Where the learner is in the module, and how long the rest takes at their own pace. */
export interface Position {
  /** 0 to 1 over the module; undefined until its words are counted. */
  readonly moduleFraction: number | undefined;
  /** 0 when there is nothing to read. */
  readonly minutesLeft: number;
  readonly minutesLeftInPart: number;
}

/** Keeps the place in a part, and adds up the position in the module, as soon as the part is shown. */
export function usePosition(
  path: string,
  opened: OpenedPart,
  isShown: boolean,
): { readonly position: Position; readonly onPosition: (fraction: number, place: readonly Selector[]) => void } {
  const { modules, records } = usePlatform();
  const { manifest, file, index } = opened;
  const [fraction, setFraction] = useState(opened.startFraction);
  const [words, setWords] = useState<ModuleWords>();
  const [pace, setPace] = useState<Pace>(FIRST_PACE);
  const mark = useRef<{ readonly fraction: number; readonly atMs: number } | undefined>(undefined);

  useEffect(() => {
    setFraction(opened.startFraction);
    mark.current = undefined;
  }, [opened]);
  const hasShown = useRef(false);
  hasShown.current ||= isShown;
  useEffect(() => {
    if (!hasShown.current) return undefined;
    let current = true;
    // A module whose words cannot be counted is read without these figures
    moduleWords(modules, path, manifest).then(
      (counted) => current && setWords(counted),
      () => undefined,
    );
    records.pace.get('pace').then(
      (known) => current && known && setPace(known),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [modules, records, path, manifest, hasShown.current]);

  const learnPace = (now: number): void => {
    const atMs = performance.now();
    const before = mark.current;
    if (before && atMs - before.atMs < PACE_STEP_MS) return;
    mark.current = { fraction: now, atMs };
    if (!before) return;
    const next = withReading(pace, (now - before.fraction) * (words?.get(file.href) ?? 0), atMs - before.atMs);
    if (next === pace) return;
    setPace(next);
    void records.pace.put({ id: 'pace', ...next });
  };
  const save = async (now: number, place: readonly Selector[]): Promise<void> => {
    const id = progressKey(path, file.href);
    const before = await records.progress.get(id);
    await records.progress.put({
      id,
      modulePath: path,
      href: file.href,
      // Reading back does not undo what was read: a finished part stays finished.
      fraction: before && before.fraction >= READ_FRACTION ? Math.max(before.fraction, now) : now,
      ...(place.length > 0 ? { place } : {}),
      updatedAtMs: Date.now(),
    });
  };
  const onPosition = (now: number, place: readonly Selector[]): void => {
    setFraction(now);
    learnPace(now);
    void save(now, place);
  };

  const sum = words && modulePosition(manifest.readingOrder, words, index, fraction);
  return {
    position: {
      moduleFraction: sum?.fraction,
      minutesLeft: sum ? minutesFor(pace, sum.wordsLeft) : 0,
      minutesLeftInPart: sum ? minutesFor(pace, sum.wordsLeftInPart) : 0,
    },
    onPosition,
  };
}
