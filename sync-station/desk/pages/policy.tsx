import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Dialog } from '#ui/components/dialog.tsx';
import { Field, Select } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { Table } from '#ui/components/table.tsx';
import { type PolicyBody, type PolicyOverview, policyOverview } from '../../api/policy.ts';
import { anything, tell } from '../call.ts';
import { currentSession } from '../desk-state.ts';
import { t } from '../i18n/texts.ts';
import { ActProblem, Loading, useAct, useAsk } from '../loading.tsx';
import { nameOf, PageHead } from '../parts.tsx';
import { PolicyForm } from '../policy-form.tsx';
import { policySentences } from '../policy-words.ts';

interface Editing {
  readonly who: string;
  readonly path: string;
  readonly policy: PolicyBody;
}

/** What one level says, in words. */
export function PolicyText(props: {
  readonly policy: PolicyBody;
  readonly titles: ReadonlyMap<string, string>;
}): JSX.Element {
  const sentences = policySentences(props.policy, props.titles);
  if (sentences.length === 0) return <span class="ll-quiet">{t('policy.saysNothing')}</span>;
  return <span>{sentences.join(' ')}</span>;
}

function AddGroup({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const [name, setName] = useState('');
  const act = useAct();
  const add = () =>
    act.run(async () => {
      await tell(anything, '/policy/groups', { name });
      setName('');
      onDone();
    });
  return (
    <form
      class="ll-row"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Field label={t('policy.groupName')} maxLength={120} value={name} onInput={setName} />
      <Button type="submit" icon="plus" disabled={act.busy || name.trim() === ''}>
        {t('policy.addGroup')}
      </Button>
      <ActProblem act={act} />
    </form>
  );
}

function Learners({ overview, onDone }: { readonly overview: PolicyOverview; readonly onDone: () => void }) {
  const act = useAct();
  const options = [
    { value: '', label: t('policy.noGroup') },
    ...overview.groups.map(({ id, name }) => ({ value: id, label: name })),
  ];
  const put = (learnerId: string, groupId: string) =>
    act.run(async () => {
      await tell(anything, `/policy/learners/${learnerId}/group`, { groupId: groupId === '' ? null : groupId });
      onDone();
    });
  return (
    <>
      <ActProblem act={act} />
      <Table
        caption={t('policy.learners')}
        rows={overview.learners}
        rowKey={(row) => row.id}
        columns={[
          { key: 'name', header: t('col.learner'), cell: (row) => nameOf(row) },
          {
            key: 'group',
            header: t('policy.group'),
            cell: (row) => (
              <Select
                label={t('policy.groupOf', { name: nameOf(row) })}
                value={row.groupId ?? ''}
                options={options}
                onChange={(groupId) => put(row.id, groupId)}
              />
            ),
          },
        ]}
      />
    </>
  );
}

/** What each level says. An administrator changes it for many; who is in which group, an officer may change too. */
export function PolicyPage(): JSX.Element {
  const asked = useAsk(policyOverview, '/policy');
  const [editing, setEditing] = useState<Editing>();
  const mayChange = currentSession.value?.staff.roles.includes('administrator') ?? false;
  const close = () => setEditing(undefined);
  return (
    <div class="ll-stack ll-stack-loose">
      <PageHead title={t('nav.policy')} text={t('policy.text')} />
      <Notice tone="info" title={t('policy.later')} />
      <Loading asked={asked}>
        {(overview) => {
          const titles = new Map(overview.modules.map(({ path, title }) => [path, title]));
          const institution = {
            who: t('policy.institution'),
            path: '/policy/institution',
            policy: overview.institution,
          };
          return (
            <>
              <section class="ll-stack ll-stack-tight" aria-labelledby="standard">
                <h2 id="standard">{t('policy.standard')}</h2>
                <p>
                  <PolicyText policy={overview.standard} titles={titles} />
                </p>
              </section>
              <section class="ll-stack ll-stack-tight" aria-labelledby="institution">
                <div class="ll-row ll-row-apart">
                  <h2 id="institution">{institution.who}</h2>
                  {mayChange && (
                    <Button
                      onClick={() => setEditing(institution)}
                      label={t('policy.changeOf', { who: institution.who })}
                    >
                      {t('policy.change')}
                    </Button>
                  )}
                </div>
                <p>
                  <PolicyText policy={overview.institution} titles={titles} />
                </p>
              </section>
              <section class="ll-stack" aria-labelledby="groups">
                <h2 id="groups">{t('policy.groups')}</h2>
                <Table
                  caption={t('policy.groups')}
                  hideCaption
                  rows={overview.groups}
                  rowKey={(row) => row.id}
                  empty={<p class="ll-quiet">{t('policy.noGroups')}</p>}
                  columns={[
                    { key: 'name', header: t('policy.group'), cell: (row) => row.name },
                    { key: 'members', header: t('policy.members'), number: true, cell: (row) => row.members },
                    {
                      key: 'says',
                      header: t('policy.says'),
                      cell: (row) => <PolicyText policy={row.policy} titles={titles} />,
                    },
                    {
                      key: 'act',
                      header: t('col.act'),
                      cell: (row) =>
                        mayChange && (
                          <Button
                            label={t('policy.changeOf', { who: row.name })}
                            onClick={() =>
                              setEditing({ who: row.name, path: `/policy/groups/${row.id}`, policy: row.policy })
                            }
                          >
                            {t('policy.change')}
                          </Button>
                        ),
                    },
                  ]}
                />
                {mayChange && <AddGroup onDone={asked.again} />}
              </section>
              {overview.groups.length > 0 && <Learners overview={overview} onDone={asked.again} />}
              <PolicyDialog
                editing={editing}
                capabilities={[...new Set([...(overview.standard.allow ?? []), ...overview.capabilities])]}
                modules={overview.modules}
                onClose={close}
                onDone={() => {
                  close();
                  asked.again();
                }}
              />
            </>
          );
        }}
      </Loading>
    </div>
  );
}

/** The form of one level, over the page. */
export function PolicyDialog(props: {
  readonly editing: Editing | undefined;
  readonly capabilities: readonly string[];
  readonly modules: PolicyOverview['modules'];
  readonly onClose: () => void;
  readonly onDone: () => void;
}): JSX.Element {
  const { editing, capabilities, modules, onClose, onDone } = props;
  return (
    <Dialog
      open={editing !== undefined}
      title={editing ? t('policy.changeOf', { who: editing.who }) : ''}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('cancel')}</Button>}
    >
      {editing && (
        <PolicyForm
          key={editing.path}
          policy={editing.policy}
          path={editing.path}
          capabilities={capabilities}
          modules={modules}
          onDone={onDone}
        />
      )}
    </Dialog>
  );
}
