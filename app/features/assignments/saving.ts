import { useEffect } from 'preact/hooks';
import { texts } from '../../i18n/texts.ts';
import type { SaveState } from './autosave.ts';

/** How long what is typed may wait for its save. */
export const SAVE_WITHIN_MS = 250;

/** What the learner reads about it. */
export function saveText(state: SaveState): string {
  switch (state.kind) {
    case 'untouched':
      return texts.t('assignment.empty');
    case 'waiting':
      return texts.t('assignment.notSaved');
    case 'saving':
      return texts.t('assignment.saving');
    case 'saved':
      return texts.t('assignment.saved', { time: texts.formatTime(state.atMs) });
    case 'failed':
      return texts.t('assignment.notSaved');
  }
}

/** Saves at once when the page is left or hidden, and when what is written in goes from the screen. */
export function useFlushOnLeave(flush: () => Promise<void>): void {
  useEffect(() => {
    const now = () => void flush();
    addEventListener('pagehide', now);
    document.addEventListener('visibilitychange', now);
    return () => {
      removeEventListener('pagehide', now);
      document.removeEventListener('visibilitychange', now);
      now();
    };
  }, [flush]);
}
