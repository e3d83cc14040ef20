import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { z } from 'zod';
import { Button } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { ask, CallError } from './call.ts';
import { noteEnded } from './desk-state.ts';
import { problemText, t } from './i18n/texts.ts';

/** What the station said to one question. */
export type Loaded<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'ready'; readonly value: T };

/** An answer that can be asked for again. */
export interface Asked<T> {
  readonly loaded: Loaded<T>;
  readonly again: () => void;
}

/** Asks the station, and again every `everyMs` while the page is open. A failed refresh keeps the last answer. */
export function useAsk<T>(schema: z.ZodType<T>, path: string, everyMs?: number): Asked<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ kind: 'loading' });
  const current = useRef('');
  const load = useCallback(
    (background: boolean) => {
      const asked = path;
      current.current = asked;
      ask(schema, asked, background).then(
        (value) => {
          if (current.current === asked) setLoaded({ kind: 'ready', value });
        },
        (error: unknown) => {
          if (noteEnded(error) || current.current !== asked) return;
          setLoaded((old) => (background && old.kind === 'ready' ? old : { kind: 'failed', error }));
        },
      );
    },
    [schema, path],
  );
  useEffect(() => {
    load(false);
    const timer = everyMs === undefined ? undefined : setInterval(() => load(true), everyMs);
    return () => {
      clearInterval(timer);
      current.current = '';
    };
  }, [load, everyMs]);
  return { loaded, again: () => load(false) };
}

/** Props of {@link Loading}. */
export interface LoadingProps<T> {
  readonly asked: Asked<T>;
  readonly children: (value: T) => ComponentChildren;
}

/** Shows what the station said, or that it is still being asked, or why it said no. */
export function Loading<T>({ asked, children }: LoadingProps<T>): JSX.Element {
  const { loaded, again } = asked;
  switch (loaded.kind) {
    case 'loading':
      return (
        <p class="ll-quiet" role="status">
          {t('loading')}
        </p>
      );
    case 'failed':
      return (
        <Notice tone="bad" title={problemText(loaded.error)} announce="alert">
          <div>
            <Button onClick={again}>{t('tryAgain')}</Button>
          </div>
        </Notice>
      );
    case 'ready':
      return <>{children(loaded.value)}</>;
  }
}

/** An act of the person at the desk: runs once at a time and keeps what went wrong. */
export interface Act {
  readonly busy: boolean;
  readonly error: unknown;
  readonly needsPassword: boolean;
  /** Runs `work`; when the station asks for the password again, `resume` runs it once more. */
  readonly run: (work: () => Promise<void>) => void;
  readonly resume: () => void;
  readonly cancel: () => void;
}

/** Makes an {@link Act}. */
export function useAct(): Act {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const [needsPassword, setNeedsPassword] = useState(false);
  const last = useRef<(() => Promise<void>) | undefined>(undefined);
  const run = (work: () => Promise<void>) => {
    last.current = work;
    setBusy(true);
    setError(undefined);
    work()
      .catch((failure: unknown) => {
        if (failure instanceof CallError && failure.code === 'PASSWORD_AGAIN') setNeedsPassword(true);
        else if (!noteEnded(failure)) setError(failure);
      })
      .finally(() => setBusy(false));
  };
  return {
    busy,
    error,
    needsPassword,
    run,
    resume: () => {
      setNeedsPassword(false);
      if (last.current) run(last.current);
    },
    cancel: () => setNeedsPassword(false),
  };
}

/** Says what went wrong with an act, if anything did. */
export function ActProblem({ act }: { readonly act: Act }): JSX.Element | null {
  if (act.error === undefined) return null;
  return <Notice tone="bad" title={problemText(act.error)} announce="alert" />;
}
