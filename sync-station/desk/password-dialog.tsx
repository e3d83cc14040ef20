import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Dialog } from '#ui/components/dialog.tsx';
import { Field } from '#ui/components/field.tsx';
import { refreshPassword } from './desk-state.ts';
import { problemText, t } from './i18n/texts.ts';
import type { Act } from './loading.tsx';

/** Asks for the password again when an act needs it, and then goes on with the act. */
export function PasswordDialog({ act }: { readonly act: Act }): JSX.Element {
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const give = async () => {
    try {
      await refreshPassword(password);
      setPassword('');
      setProblem(undefined);
      act.resume();
    } catch (error) {
      setProblem(problemText(error));
    }
  };
  return (
    <Dialog open={act.needsPassword} title={t('password.title')} onClose={act.cancel}>
      <form
        class="ll-stack"
        onSubmit={(event) => {
          event.preventDefault();
          void give();
        }}
      >
        <p>{t('password.why')}</p>
        <Field
          label={t('login.password')}
          type="password"
          autocomplete="current-password"
          value={password}
          onInput={setPassword}
          error={problem}
          required
        />
        <div class="ll-dialog-actions">
          <Button onClick={act.cancel}>{t('cancel')}</Button>
          <Button kind="primary" type="submit">
            {t('password.go')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
