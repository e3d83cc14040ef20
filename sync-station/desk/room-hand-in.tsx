import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { z } from 'zod';
import { Button } from '#ui/components/button.tsx';
import { Field, FileField, Select } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { assignmentChoices, presence, roomHandIn } from '../api/room.ts';
import { tell } from './call.ts';
import { readUpload } from './files.ts';
import { i18n, t } from './i18n/texts.ts';
import { ActProblem, Loading, useAct, useAsk } from './loading.tsx';
import { Facts, fileTexts, nameOf } from './parts.tsx';

type Stage =
  | { readonly kind: 'code' }
  | { readonly kind: 'file'; readonly roomCode: string; readonly who: z.infer<typeof presence> }
  | { readonly kind: 'booked'; readonly receipt: z.infer<typeof roomHandIn> };

function CodeForm({ onFound }: { readonly onFound: (stage: Stage) => void }): JSX.Element {
  const [code, setCode] = useState('');
  const act = useAct();
  const roomCode = code.replace(/\D/g, '');
  return (
    <form
      class="ll-stack desk-short"
      onSubmit={(event) => {
        event.preventDefault();
        act.run(async () =>
          onFound({ kind: 'file', roomCode, who: await tell(presence, '/room/presence', { roomCode }) }),
        );
      }}
    >
      <Field
        label={t('handIn.code')}
        hint={t('handIn.codeHint')}
        value={code}
        onInput={setCode}
        inputMode="numeric"
        maxLength={9}
        code
        required
      />
      <ActProblem act={act} />
      <div>
        <Button type="submit" disabled={act.busy || roomCode.length !== 6}>
          {t('handIn.check')}
        </Button>
      </div>
    </form>
  );
}

function FileForm(props: {
  readonly roomCode: string;
  readonly who: z.infer<typeof presence>;
  readonly onStage: (stage: Stage) => void;
}): JSX.Element {
  const choices = useAsk(assignmentChoices, '/room/assignments');
  const [chosen, setChosen] = useState('');
  const [file, setFile] = useState<File | undefined>(undefined);
  const act = useAct();
  return (
    <Loading asked={choices}>
      {({ assignments }) => {
        const key = (index: number) => String(index);
        const assignment = assignments[Number(chosen === '' ? Number.NaN : chosen)];
        const options = [
          { value: '', label: t('handIn.choose') },
          ...assignments.map((one, index) => ({ value: key(index), label: `${one.moduleTitle}: ${one.title}` })),
        ];
        return (
          <form
            class="ll-stack"
            onSubmit={(event) => {
              event.preventDefault();
              if (!assignment || !file) return;
              act.run(async () => {
                const { assignmentId, modulePath } = assignment;
                const body = { roomCode: props.roomCode, assignmentId, modulePath, file: await readUpload(file) };
                props.onStage({ kind: 'booked', receipt: await tell(roomHandIn, '/room/hand-ins', body) });
              });
            }}
          >
            <Notice tone="good" title={t('handIn.who', { name: nameOf(props.who.learner) })} announce="status">
              <p>{t('handIn.until', { time: i18n.formatTime(props.who.expiresAtMs) })}</p>
            </Notice>
            {assignments.length === 0 && <Notice tone="warn" title={t('handIn.noAssignments')} />}
            <Select label={t('handIn.assignment')} value={chosen} options={options} onChange={setChosen} />
            <FileField label={t('handIn.file')} hint={t('fileHint')} texts={fileTexts()} onChange={setFile} />
            <ActProblem act={act} />
            <div class="ll-row">
              <Button kind="primary" type="submit" disabled={act.busy || !assignment || !file}>
                {t('handIn.go')}
              </Button>
              <Button onClick={() => props.onStage({ kind: 'code' })}>{t('cancel')}</Button>
            </div>
          </form>
        );
      }}
    </Loading>
  );
}

/** Hands in a file from the room's own computer, for a learner whose device has just proved who is there. */
export function RoomHandIn(): JSX.Element {
  const [stage, setStage] = useState<Stage>({ kind: 'code' });
  return (
    <section class="ll-card ll-stack" aria-labelledby="hand-in-here">
      <h2 id="hand-in-here">{t('handIn.title')}</h2>
      {stage.kind === 'code' && <CodeForm onFound={setStage} />}
      {stage.kind === 'file' && <FileForm roomCode={stage.roomCode} who={stage.who} onStage={setStage} />}
      {stage.kind === 'booked' && (
        <>
          <Notice tone="good" title={t('handIn.done')} announce="status">
            <Facts
              facts={[
                [t('col.learner'), nameOf(stage.receipt.learner)],
                [t('handIn.assignment'), stage.receipt.title],
                [t('handIn.file'), stage.receipt.fileName],
                [t('col.time'), i18n.formatDateTime(stage.receipt.handedInAtMs)],
                [t('handIn.receipt'), <span class="desk-hash">{stage.receipt.submissionId}</span>],
              ]}
            />
          </Notice>
          <div>
            <Button onClick={() => setStage({ kind: 'code' })}>{t('handIn.next')}</Button>
          </div>
        </>
      )}
    </section>
  );
}
