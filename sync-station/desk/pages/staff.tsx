import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { Dialog } from '#ui/components/dialog.tsx';
import { Field } from '#ui/components/field.tsx';
import { Table } from '#ui/components/table.tsx';
import { minPasswordCharacters, type StaffRow, staffList } from '../../api/administrator.ts';
import { type Role, role } from '../../api/session.ts';
import { anything, tell } from '../call.ts';
import { t } from '../i18n/texts.ts';
import { ActProblem, Loading, useAct, useAsk } from '../loading.tsx';
import { PageHead } from '../parts.tsx';
import { PasswordDialog } from '../password-dialog.tsx';

interface FormProps {
  /** Absent for somebody new. */
  readonly person?: StaffRow;
  readonly onCancel: () => void;
  readonly onDone: () => void;
}

function StaffForm({ person, onCancel, onDone }: FormProps): JSX.Element {
  const [login, setLogin] = useState(person?.login ?? '');
  const [displayName, setDisplayName] = useState(person?.displayName ?? '');
  const [password, setPassword] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(person?.roles ?? []);
  const act = useAct();
  const toggle = (one: Role, on: boolean) => setRoles(on ? [...roles, one] : roles.filter((other) => other !== one));
  const save = (disabled?: boolean) =>
    act.run(async () => {
      const secret = password === '' ? {} : { password };
      const path = person ? `/administrator/staff/${person.id}` : '/administrator/staff';
      const change = disabled === undefined ? {} : { disabled };
      const body = person ? { displayName, roles, ...secret, ...change } : { login, displayName, roles, password };
      await tell(anything, path, body);
      onDone();
    });
  const ready = displayName.trim() !== '' && roles.length > 0 && (person !== undefined || login.trim() !== '');
  return (
    <form
      class="ll-stack"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {!person && <Field label={t('login.login')} hint={t('staff.loginHint')} value={login} onInput={setLogin} />}
      <Field label={t('staff.name')} maxLength={120} value={displayName} onInput={setDisplayName} />
      <fieldset class="ll-choices">
        <legend>{t('staff.roles')}</legend>
        {role.options.map((one) => (
          <label key={one} class="ll-choice">
            <input
              type="checkbox"
              checked={roles.includes(one)}
              onChange={(event) => toggle(one, event.currentTarget.checked)}
            />
            {t(`role.${one}`)}
          </label>
        ))}
      </fieldset>
      <Field
        label={t(person ? 'staff.newPassword' : 'login.password')}
        hint={t(person ? 'staff.newPasswordHint' : 'staff.passwordHint', { n: minPasswordCharacters })}
        type="password"
        autocomplete="new-password"
        value={password}
        onInput={setPassword}
      />
      <ActProblem act={act} />
      <div class="ll-dialog-actions">
        {person && (
          <span class="desk-first">
            <Button kind={person.disabled ? 'secondary' : 'caution'} onClick={() => save(!person.disabled)}>
              {t(person.disabled ? 'staff.open' : 'staff.close')}
            </Button>
          </span>
        )}
        <Button onClick={onCancel}>{t('cancel')}</Button>
        <Button kind="primary" type="submit" disabled={act.busy || !ready}>
          {t('save')}
        </Button>
      </div>
      <PasswordDialog act={act} />
    </form>
  );
}

/** Who works at this desk. */
export function StaffPage(): JSX.Element {
  const asked = useAsk(staffList, '/administrator/staff');
  const [editing, setEditing] = useState<StaffRow | 'new' | undefined>(undefined);
  const close = () => setEditing(undefined);
  const finish = () => {
    close();
    asked.again();
  };
  return (
    <div class="ll-stack ll-stack-loose">
      <PageHead title={t('nav.staff')} text={t('staff.text')}>
        <Button kind="primary" icon="plus" onClick={() => setEditing('new')}>
          {t('staff.add')}
        </Button>
      </PageHead>
      <Loading asked={asked}>
        {({ staff }) => (
          <Table
            caption={t('nav.staff')}
            hideCaption
            rows={staff}
            rowKey={(row) => row.id}
            columns={[
              { key: 'name', header: t('staff.name'), cell: (row) => row.displayName },
              { key: 'login', header: t('login.login'), cell: (row) => row.login },
              {
                key: 'roles',
                header: t('staff.roles'),
                cell: (row) => row.roles.map((one) => t(`role.${one}`)).join(', '),
              },
              {
                key: 'state',
                header: t('col.state'),
                cell: (row) => (
                  <Chip tone={row.disabled ? 'neutral' : 'good'}>
                    {t(row.disabled ? 'staff.closed' : 'staff.active')}
                  </Chip>
                ),
              },
              {
                key: 'edit',
                header: t('col.act'),
                cell: (row) => (
                  <Button onClick={() => setEditing(row)} label={t('staff.editName', { name: row.displayName })}>
                    {t('edit')}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Loading>
      <Dialog
        open={editing !== undefined}
        title={editing === undefined || editing === 'new' ? t('staff.add') : editing.displayName}
        onClose={close}
      >
        {editing === 'new' && <StaffForm onCancel={close} onDone={finish} />}
        {editing !== undefined && editing !== 'new' && <StaffForm person={editing} onCancel={close} onDone={finish} />}
      </Dialog>
    </div>
  );
}
