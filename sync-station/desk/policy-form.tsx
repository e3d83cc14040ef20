import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Field, Select } from '#ui/components/field.tsx';
import type { PolicyBody } from '../api/policy.ts';
import { anything, tell } from './call.ts';
import { t } from './i18n/texts.ts';
import { ActProblem, useAct } from './loading.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { draftOf, policyOfDraft, type Say } from './policy-draft.ts';
import { capabilityText, patternText } from './policy-words.ts';

/** Props of {@link PolicyForm}. */
export interface PolicyFormProps {
  readonly policy: PolicyBody;
  /** Where the policy is sent. */
  readonly path: string;
  readonly capabilities: readonly string[];
  readonly modules: readonly { readonly path: string; readonly title: string }[];
  readonly onDone: () => void;
}

function SayField(props: { readonly label: string; readonly value: Say; readonly onChange: (say: Say) => void }) {
  const options = (['inherit', 'open', 'closed'] as const).map((value) => ({ value, label: t(`policy.say.${value}`) }));
  return <Select label={props.label} value={props.value} options={options} onChange={props.onChange} />;
}

/** Changes what one level says: each capability and module, the hours, and the two numbers. */
export function PolicyForm(props: PolicyFormProps): JSX.Element {
  const titles = new Map(props.modules.map(({ path, title }) => [path, title]));
  const courses = props.modules.map(({ path }) => path.replace(/[^/]+$/, '*'));
  const patterns = ['*', ...new Set(courses), ...titles.keys()];
  const [draft, setDraft] = useState(() => draftOf(props.policy, props.capabilities, patterns));
  const [wrong, setWrong] = useState<'hours' | 'dailyHours' | 'licenceDays'>();
  const act = useAct();
  const save = () => {
    const read = policyOfDraft(draft);
    if (read.kind === 'wrong') return setWrong(read.field);
    setWrong(undefined);
    act.run(async () => {
      await tell(anything, props.path, read.policy);
      props.onDone();
    });
    return undefined;
  };
  const errorOf = (field: 'hours' | 'dailyHours' | 'licenceDays') =>
    wrong === field ? t(`policy.wrong.${field}`) : undefined;
  return (
    <form
      class="ll-stack"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <fieldset class="desk-says">
        <legend>{t('policy.capabilities')}</legend>
        {[...draft.capabilities].map(([name, say]) => (
          <SayField
            key={name}
            label={capabilityText(name)}
            value={say}
            onChange={(next) => setDraft({ ...draft, capabilities: new Map(draft.capabilities).set(name, next) })}
          />
        ))}
      </fieldset>
      <fieldset class="desk-says">
        <legend>{t('policy.modules')}</legend>
        {[...draft.modules].map(([pattern, say]) => (
          <SayField
            key={pattern}
            label={patternText(pattern, titles)}
            value={say}
            onChange={(next) => setDraft({ ...draft, modules: new Map(draft.modules).set(pattern, next) })}
          />
        ))}
      </fieldset>
      <div class="desk-says">
        <Field
          label={t('policy.from')}
          hint={t('policy.timeHint')}
          error={errorOf('hours')}
          maxLength={5}
          value={draft.from}
          onInput={(from) => setDraft({ ...draft, from })}
        />
        <Field
          label={t('policy.until')}
          hint={t('policy.timeHint')}
          maxLength={5}
          value={draft.until}
          onInput={(until) => setDraft({ ...draft, until })}
        />
        <Field
          label={t('policy.dailyHours')}
          hint={t('policy.numberHint', { n: 24 })}
          error={errorOf('dailyHours')}
          inputMode="numeric"
          value={draft.dailyHours}
          onInput={(dailyHours) => setDraft({ ...draft, dailyHours })}
        />
        <Field
          label={t('policy.licenceDays')}
          hint={t('policy.numberHint', { n: 30 })}
          error={errorOf('licenceDays')}
          inputMode="numeric"
          value={draft.licenceDays}
          onInput={(licenceDays) => setDraft({ ...draft, licenceDays })}
        />
      </div>
      <ActProblem act={act} />
      <div class="ll-dialog-actions">
        <Button kind="primary" type="submit" disabled={act.busy}>
          {t('save')}
        </Button>
      </div>
      <PasswordDialog act={act} />
    </form>
  );
}
