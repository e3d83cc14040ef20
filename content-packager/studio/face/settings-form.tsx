import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { z } from 'zod';
import { Button } from '#ui/components/button.tsx';
import { Field } from '#ui/components/field.tsx';
import type { StudioState } from '../studio-api.ts';
import { tell } from './call.ts';
import { t } from './i18n/texts.ts';

/** Props of {@link SettingsForm}. */
export interface SettingsFormProps {
  readonly module: NonNullable<StudioState['module']>;
  readonly act: (work: () => Promise<unknown>) => Promise<void>;
}

/** What the tutor knows better than the input. */
export function SettingsForm({ module, act }: SettingsFormProps): JSX.Element {
  const [values, setValues] = useState({
    title: module.title,
    language: module.language,
    courseId: module.courseId,
    version: module.version,
  });
  const field = (name: keyof typeof values) => ({
    value: values[name],
    onInput: (value: string) => setValues({ ...values, [name]: value }),
  });
  return (
    <form
      class="ll-stack"
      onSubmit={(event) => {
        event.preventDefault();
        void act(() => tell(z.object({}), '/settings', values));
      }}
    >
      <div class="ll-studio-fields">
        <Field label={t('settings.title')} {...field('title')} />
        <Field label={t('settings.language')} {...field('language')} />
        <Field label={t('settings.course')} {...field('courseId')} />
        <Field label={t('settings.version')} {...field('version')} />
      </div>
      <div>
        <Button type="submit">{t('settings.save')}</Button>
      </div>
    </form>
  );
}
