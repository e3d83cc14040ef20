import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Badge } from '#ui/components/badge.tsx';
import { Button } from '#ui/components/button.tsx';
import { Dialog } from '#ui/components/dialog.tsx';
import { TextArea } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { type Look, troubleCount } from '../api/security.ts';
import { anything, tell } from './call.ts';
import { actText, i18n, t, todoText } from './i18n/texts.ts';
import { ActProblem, useAct, useAsk } from './loading.tsx';

/** Rises whenever somebody has looked, so that the number in the bar is asked for again. */
const looked = signal(0);

/** How many laptops need a look, beside the page that shows them. */
export function LooksBadge(): JSX.Element | null {
  const { loaded, again } = useAsk(troubleCount, '/security/trouble/count', 60_000);
  const times = looked.value;
  useEffect(() => {
    if (times > 0) again();
  }, [times]);
  if (loaded.kind !== 'ready') return null;
  const n = loaded.value.devices;
  return <Badge n={n} text={t('trouble.count', { n })} />;
}

interface LooksProps {
  readonly deviceId: string;
  readonly looks: readonly Look[];
  readonly onDone: () => void;
}

/** What a laptop noticed, in plain words, with what to do; and the note of the officer who has done it. */
export function Looks({ deviceId, looks, onDone }: LooksProps): JSX.Element | null {
  const [asking, setAsking] = useState(false);
  const [note, setNote] = useState('');
  const act = useAct();
  const [newest] = looks;
  if (!newest) return null;
  const keep = () =>
    act.run(async () => {
      await tell(anything, `/security/devices/${deviceId}/looked`, { upTo: newest.id, note });
      setAsking(false);
      setNote('');
      looked.value += 1;
      onDone();
    });
  const todo = [...new Set(looks.map(({ code }) => code))];
  return (
    <Notice tone="bad" title={t('look.title')}>
      <ul class="ll-plain-list ll-stack ll-stack-tight">
        {looks.map((look) => (
          <li key={look.id}>
            {t('look.when', { date: i18n.formatDateTime(look.atMs), what: actText(look.code) })}
            {look.detail !== '' && <span class="ll-quiet ll-small desk-detail"> {look.detail}</span>}
          </li>
        ))}
      </ul>
      {todo.map((code) => (
        <p key={code}>{todoText(code)}</p>
      ))}
      <div>
        <Button onClick={() => setAsking(true)}>{t('look.done')}</Button>
      </div>
      <Dialog
        open={asking}
        title={t('look.doneTitle')}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{t('cancel')}</Button>
            <Button kind="primary" disabled={act.busy || note.trim().length < 3} onClick={keep}>
              {t('save')}
            </Button>
          </>
        }
      >
        <p>{t('look.doneText')}</p>
        <TextArea label={t('look.note')} rows={3} maxLength={300} value={note} onInput={setNote} />
        <ActProblem act={act} />
      </Dialog>
    </Notice>
  );
}
