import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button, LinkButton } from '#ui/components/button.tsx';
import { Choices, Field, Select } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import {
  type EnrolmentState,
  enrolmentChoices,
  enrolmentState,
  type OpenedEnrolment,
  openedEnrolment,
} from '../../api/security.ts';
import { tell } from '../call.ts';
import { i18n, t } from '../i18n/texts.ts';
import { ActProblem, Loading, useAct, useAsk } from '../loading.tsx';
import { nameOf, PageHead } from '../parts.tsx';
import { hrefOf } from '../router.ts';

const newLearner = 'new';
const allModules = '*';

function OpenForm({ onOpened }: { readonly onOpened: (opened: OpenedEnrolment) => void }): JSX.Element {
  const choices = useAsk(enrolmentChoices, '/security/enrolment-choices');
  const [learner, setLearner] = useState(newLearner);
  const [name, setName] = useState('');
  const [access, setAccess] = useState<'readOnly' | 'writing'>('readOnly');
  const [scripts, setScripts] = useState(false);
  const [which, setWhich] = useState<'all' | 'some'>('all');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const act = useAct();
  const toggle = (pattern: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(pattern);
    else next.delete(pattern);
    setChosen(next);
  };
  const ready = (learner !== newLearner || name.trim() !== '') && (which === 'all' || chosen.size > 0);
  const open = () =>
    act.run(async () => {
      const who = learner === newLearner ? { kind: 'new', displayName: name } : { kind: 'existing', id: learner };
      const modules = which === 'all' ? [allModules] : [...chosen];
      onOpened(await tell(openedEnrolment, '/security/enrolments', { learner: who, access, scripts, modules }));
    });
  return (
    <Loading asked={choices}>
      {({ learners, courses, canWrite }) => (
        <form
          class="ll-stack ll-stack-loose ll-measure"
          onSubmit={(event) => {
            event.preventDefault();
            open();
          }}
        >
          <Select
            label={t('col.learner')}
            value={learner}
            onChange={setLearner}
            options={[
              { value: newLearner, label: t('enrol.newLearner') },
              ...learners.map((one) => ({ value: one.id, label: nameOf(one) })),
            ]}
          />
          {learner === newLearner && (
            <Field label={t('enrol.name')} hint={t('enrol.nameHint')} maxLength={120} value={name} onInput={setName} />
          )}
          <div class="ll-stack ll-stack-tight">
            <Choices
              label={t('col.access')}
              value={access}
              onChange={setAccess}
              options={[
                { value: 'readOnly', label: t('access.readOnly') },
                { value: 'writing', label: t('access.writing') },
              ]}
            />
            <p class="ll-quiet ll-small">{t(access === 'writing' ? 'access.writingText' : 'access.readOnlyText')}</p>
            {access === 'writing' && !canWrite && <Notice tone="warn" title={t('enrol.noWriteGrant')} />}
          </div>
          <label class="ll-choice">
            <input type="checkbox" checked={scripts} onChange={(event) => setScripts(event.currentTarget.checked)} />
            {t('enrol.scripts')}
          </label>
          <Choices
            label={t('enrol.modules')}
            value={which}
            onChange={setWhich}
            options={[
              { value: 'all', label: t('enrol.allModules') },
              { value: 'some', label: t('enrol.someModules') },
            ]}
          />
          {which === 'some' && (
            <fieldset class="ll-choices">
              <legend>{t('enrol.someModules')}</legend>
              {courses.map((course) => (
                <label key={course.pattern} class="ll-choice">
                  <input
                    type="checkbox"
                    checked={chosen.has(course.pattern)}
                    onChange={(event) => toggle(course.pattern, event.currentTarget.checked)}
                  />
                  {course.title}
                </label>
              ))}
              {courses.length === 0 && <p class="ll-quiet">{t('enrol.noModules')}</p>}
            </fieldset>
          )}
          <ActProblem act={act} />
          <div class="ll-row">
            <Button kind="primary" type="submit" disabled={act.busy || !ready}>
              {t('enrol.open')}
            </Button>
            <LinkButton href={hrefOf('devices')}>{t('cancel')}</LinkButton>
          </div>
        </form>
      )}
    </Loading>
  );
}

function Words(props: { readonly state: EnrolmentState; readonly onDecided: () => void }): JSX.Element | null {
  const act = useAct();
  const { words, id, learner, keyLevel } = props.state;
  if (!words) return null;
  const decide = (what: 'confirm' | 'refuse') =>
    act.run(async () => {
      await tell(enrolmentState, `/security/enrolments/${id}/${what}`);
      props.onDecided();
    });
  return (
    <section class="ll-stack" aria-labelledby="six-words">
      <h2 id="six-words">{t('enrol.compare')}</h2>
      <p class="ll-measure">{t('enrol.compareText', { name: nameOf(learner) })}</p>
      <ol class="desk-words" lang={words.deviceLanguage}>
        {words[words.deviceLanguage].map((word) => (
          <li key={word}>{word}</li>
        ))}
      </ol>
      {keyLevel !== 'non-extractable' && <Notice tone="warn" title={t('enrol.wrapped')} />}
      <ActProblem act={act} />
      <div class="ll-row">
        <Button kind="primary" large disabled={act.busy} onClick={() => decide('confirm')}>
          {t('enrol.confirm')}
        </Button>
        <Button kind="caution" large disabled={act.busy} onClick={() => decide('refuse')}>
          {t('enrol.refuse')}
        </Button>
      </div>
    </section>
  );
}

function Waiting(props: { readonly opened: OpenedEnrolment; readonly onAnew: () => void }): JSX.Element {
  const asked = useAsk(enrolmentState, `/security/enrolments/${props.opened.id}`, 1_500);
  const anew = (
    <div class="ll-row">
      <Button onClick={props.onAnew}>{t('enrol.anew')}</Button>
      <LinkButton href={hrefOf('devices')}>{t('devices.back')}</LinkButton>
    </div>
  );
  return (
    <Loading asked={asked}>
      {(state) => {
        switch (state.state) {
          case 'open':
            return (
              <section class="ll-stack" aria-labelledby="the-code">
                <h2 id="the-code">{t('enrol.code')}</h2>
                <p class="desk-code">{props.opened.code}</p>
                <p class="ll-measure" role="status">
                  {t('enrol.codeText', {
                    name: nameOf(state.learner),
                    time: i18n.formatTime(state.expiresAtMs),
                    n: state.triesLeft,
                  })}
                </p>
                {anew}
              </section>
            );
          case 'requested':
            return <Words state={state} onDecided={asked.again} />;
          case 'confirmed':
            return (
              <>
                <Notice tone="good" title={t('enrol.confirmed', { name: nameOf(state.learner) })} announce="status">
                  <p>{t('enrol.confirmedText')}</p>
                </Notice>
                {anew}
              </>
            );
          case 'refused':
            return (
              <>
                <Notice tone="warn" title={t('enrol.refused')} announce="status">
                  <p>{t('enrol.refusedText')}</p>
                </Notice>
                {anew}
              </>
            );
          case 'expired':
            return (
              <>
                <Notice tone="warn" title={t('enrol.expired')} announce="status" />
                {anew}
              </>
            );
        }
      }}
    </Loading>
  );
}

/** Enrols a device: whose, what for, the one-use code, the six words. */
export function EnrolPage(): JSX.Element {
  const [opened, setOpened] = useState<OpenedEnrolment | undefined>(undefined);
  return (
    <div class="ll-stack ll-stack-loose">
      <PageHead title={t('nav.enrol')} text={t('enrol.text')} />
      {opened ? (
        <Waiting key={opened.id} opened={opened} onAnew={() => setOpened(undefined)} />
      ) : (
        <OpenForm onOpened={setOpened} />
      )}
    </div>
  );
}
