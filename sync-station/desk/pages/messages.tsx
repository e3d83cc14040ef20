import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { BackLink, Button } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { TextArea } from '#ui/components/field.tsx';
import { Table } from '#ui/components/table.tsx';
import { conversation, learnerList, maxMessageCharacters } from '../../api/tutor.ts';
import { anything, tell } from '../call.ts';
import { i18n, t } from '../i18n/texts.ts';
import { ActProblem, Loading, useAct, useAsk } from '../loading.tsx';
import { nameOf, PageHead } from '../parts.tsx';
import { hrefOf } from '../router.ts';

/** The learners, the newest conversation first. */
export function MessagesPage(): JSX.Element {
  const asked = useAsk(learnerList, '/tutor/learners', 30_000);
  return (
    <div class="ll-stack ll-stack-loose">
      <PageHead title={t('nav.messages')} text={t('messages.text')} />
      <Loading asked={asked}>
        {({ learners }) => (
          <Table
            caption={t('nav.messages')}
            hideCaption
            rows={learners}
            rowKey={(row) => row.id}
            empty={<EmptyState icon="message" title={t('messages.nobody')} text={t('messages.nobodyText')} />}
            columns={[
              {
                key: 'name',
                header: t('col.learner'),
                cell: (row) => <a href={hrefOf('messages', row.id)}>{nameOf(row)}</a>,
              },
              {
                key: 'last',
                header: t('col.lastMessage'),
                cell: (row) => (row.lastMessageAtMs === null ? '–' : i18n.formatDateTime(row.lastMessageAtMs)),
              },
              {
                key: 'turn',
                header: t('col.state'),
                cell: (row) => (row.lastDirection === 'up' ? <Chip tone="warn">{t('messages.theirs')}</Chip> : ''),
              },
            ]}
          />
        )}
      </Loading>
    </div>
  );
}

/** The messages with one learner. */
export function ConversationPage({ id }: { readonly id: string }): JSX.Element {
  const asked = useAsk(conversation, `/tutor/learners/${id}/messages`, 30_000);
  const [text, setText] = useState('');
  const act = useAct();
  return (
    <Loading asked={asked}>
      {({ learner, messages }) => (
        <div class="ll-stack ll-stack-loose">
          <PageHead
            above={<BackLink href={hrefOf('messages')}>{t('messages.back')}</BackLink>}
            title={nameOf(learner)}
            text={t('messages.travel')}
          />
          {messages.length === 0 && <p class="ll-quiet">{t('messages.none')}</p>}
          <ul class="ll-plain-list ll-stack">
            {messages.map((one) => (
              <li key={one.id} class={`desk-message desk-message-${one.direction}`}>
                <p class="ll-small ll-quiet">
                  {one.direction === 'up' ? nameOf(learner) : one.sender}, {i18n.formatDateTime(one.createdAtMs)}
                </p>
                <p class="ll-prewrap">{one.text}</p>
              </li>
            ))}
          </ul>
          <form
            class="ll-stack ll-measure"
            onSubmit={(event) => {
              event.preventDefault();
              act.run(async () => {
                await tell(anything, `/tutor/learners/${id}/messages`, { text });
                setText('');
                asked.again();
              });
            }}
          >
            <TextArea
              label={t('messages.write')}
              hint={t('messages.hint', { n: maxMessageCharacters })}
              rows={4}
              maxLength={maxMessageCharacters}
              value={text}
              onInput={setText}
            />
            <ActProblem act={act} />
            <div>
              <Button kind="primary" type="submit" disabled={act.busy || text.trim() === ''}>
                {t('messages.send')}
              </Button>
            </div>
          </form>
        </div>
      )}
    </Loading>
  );
}
