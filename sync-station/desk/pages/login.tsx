import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Field } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { sessionEnded, signIn } from '../desk-state.ts';
import { t } from '../i18n/texts.ts';
import { ActProblem, useAct } from '../loading.tsx';

/** Where staff sign in. */
export function LoginPage(): JSX.Element {
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const act = useAct();
  return (
    <form
      class="ll-card ll-stack desk-login"
      onSubmit={(event) => {
        event.preventDefault();
        act.run(() => signIn(login, password));
      }}
    >
      <h1>{t('login.title')}</h1>
      {sessionEnded.value && <Notice tone="info" title={t('login.ended')} announce="status" />}
      <ActProblem act={act} />
      <Field
        label={t('login.login')}
        name="username"
        autocomplete="username"
        value={login}
        onInput={setLogin}
        required
      />
      <Field
        label={t('login.password')}
        name="password"
        type="password"
        autocomplete="current-password"
        value={password}
        onInput={setPassword}
        required
      />
      <Button kind="primary" type="submit" large disabled={act.busy}>
        {t('login.go')}
      </Button>
    </form>
  );
}
