import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { z } from 'zod';
import { Button } from '#ui/components/button.tsx';
import { Field, Select } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { programmeAnswer, type StudioState } from '../studio-api.ts';
import { tell } from './call.ts';
import { t } from './i18n/texts.ts';

/** Props of {@link PublishForm}. */
export interface PublishFormProps {
  readonly state: StudioState;
  /** Problems that are neither mended nor accepted. */
  readonly left: number;
  readonly act: (work: () => Promise<unknown>) => Promise<void>;
}

/** Signs the module with a tutor's key and puts it into the repository. */
export function PublishForm({ state, left, act }: PublishFormProps): JSX.Element {
  const [dir, setDir] = useState('');
  const [programme, setProgramme] = useState<z.infer<typeof programmeAnswer> | undefined>(undefined);
  const [courseId, setCourseId] = useState('');
  const [tutor, setTutor] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const course = programme?.courses.find(({ id }) => id === courseId);
  const look = async (): Promise<void> => {
    const found = await tell(programmeAnswer, '/programme', { dir });
    const first = found.courses.find(({ id }) => id === state.module?.courseId) ?? found.courses[0];
    setProgramme(found);
    setCourseId(first?.id ?? '');
    setTutor(first?.tutors[0] ?? '');
  };
  const publish = async (): Promise<void> => {
    await tell(z.object({}), '/publish', { dir, courseId, tutor, passphrase });
    setPassphrase('');
  };
  return (
    <section class="ll-stack" aria-labelledby="publish">
      <h2 id="publish">{t('publish.title')}</h2>
      {state.published && (
        <Notice tone="good" title={t('publish.done')} announce="status">
          <p>{t('publish.doneText', state.published)}</p>
        </Notice>
      )}
      {left > 0 ? (
        <Notice tone="warn">
          <p>{t('look.left', { n: left })}</p>
        </Notice>
      ) : (
        <>
          <form
            class="ll-row"
            onSubmit={(event) => {
              event.preventDefault();
              void act(look);
            }}
          >
            <Field label={t('publish.dir')} value={dir} onInput={setDir} />
            <Button type="submit">{t('publish.look')}</Button>
          </form>
          {programme && programme.courses.length === 0 && <p>{t('publish.empty')}</p>}
          {programme && programme.courses.length > 0 && (
            <form
              class="ll-stack"
              onSubmit={(event) => {
                event.preventDefault();
                void act(publish);
              }}
            >
              <Select
                label={t('publish.course')}
                value={courseId}
                options={programme.courses.map(({ id, title }) => ({ value: id, label: `${title} (${id})` }))}
                onChange={(id) => {
                  setCourseId(id);
                  setTutor(programme.courses.find((one) => one.id === id)?.tutors[0] ?? '');
                }}
              />
              <Select
                label={t('publish.tutor')}
                value={tutor}
                options={(course?.tutors ?? []).map((name) => ({ value: name, label: name }))}
                onChange={setTutor}
              />
              <Field
                label={t('publish.passphrase')}
                type="password"
                autocomplete="current-password"
                value={passphrase}
                onInput={setPassphrase}
              />
              {courseId !== state.module?.courseId && (
                <Notice tone="warn">
                  <p>{t('publish.wrongCourse', { course: state.module?.courseId ?? '' })}</p>
                </Notice>
              )}
              <div>
                <Button
                  kind="primary"
                  type="submit"
                  disabled={
                    passphrase === '' || tutor === '' || courseId !== state.module?.courseId || state.busy !== null
                  }
                >
                  {t('publish.go')}
                </Button>
              </div>
            </form>
          )}
        </>
      )}
    </section>
  );
}
