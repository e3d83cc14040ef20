import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { TextArea } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import type { MessageRecord } from '../../platform/records/records.ts';
import { usePlatform } from '../../shell/platform-context.ts';

const MAX_MESSAGE_LENGTH = 2500;

function Message({ message }: { readonly message: MessageRecord }): JSX.Element {
  const { t } = texts;
  const who = message.direction === 'out' ? t('messages.you') : (message.from ?? t('messages.notice'));
  const { event } = message;
  return (
    <li class={`ll-message ll-message-${message.direction}`}>
      <div class="ll-row ll-row-apart">
        <span class="ll-strong">{event ? t(`messages.${event}.title`) : (message.title ?? who)}</span>
        <span class="ll-quiet ll-small">{texts.formatDateTime(message.createdAtMs)}</span>
      </div>
      <p class="ll-prewrap">{event ? t(`messages.${event}.text`) : message.text}</p>
      {message.direction === 'out' && (
        <Chip icon={message.step === 'outbox' ? 'upload' : 'check'}>
          {message.step === 'outbox' ? t('messages.outbox') : t('messages.sent')}
        </Chip>
      )}
    </li>
  );
}

function Compose(): JSX.Element {
  const { records } = usePlatform();
  const { t } = texts;
  const [text, setText] = useState('');
  const [said, setSaid] = useState<'nothing' | 'queued' | 'failed'>('nothing');
  const send = async () => {
    try {
      await records.sendMessage(text.trim());
      setText('');
      setSaid('queued');
    } catch {
      // The text stays in the field; the learner is told and can try again.
      setSaid('failed');
    }
  };
  return (
    <form
      class="ll-card ll-stack"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <TextArea
        label={t('messages.write')}
        hint={t('messages.hint')}
        rows={4}
        maxLength={MAX_MESSAGE_LENGTH}
        value={text}
        onInput={setText}
      />
      <div class="ll-row">
        <Button type="submit" kind="primary" icon="message" disabled={text.trim() === ''}>
          {t('messages.send')}
        </Button>
        <span role="status">{said === 'queued' && t('messages.queued')}</span>
      </div>
      {said === 'failed' && (
        <Notice tone="bad" announce="alert">
          {<p>{t('messages.failed')}</p>}
        </Notice>
      )}
    </form>
  );
}

/** Messages and notices, newest first; writing back where the licence gives the capability `messages`. */
export function MessagesScreen(): JSX.Element {
  const { records, state } = usePlatform();
  const { t } = texts;
  const messages = useMemo(() => records.messages.live(), [records]);
  const all = messages.value;
  useEffect(() => {
    for (const message of all ?? []) {
      if (message.direction === 'in' && message.readAtMs === undefined) {
        void records.messages.put({ ...message, readAtMs: Date.now() });
      }
    }
  }, [all, records]);
  return (
    <div class="ll-stack ll-measure">
      <h1 tabIndex={-1}>{t('messages.title')}</h1>
      {state.value.capabilities.has('messages') && <Compose />}
      {all?.length === 0 && (
        <EmptyState icon="message" title={t('messages.empty.title')} text={t('messages.empty.text')} />
      )}
      <ul class="ll-plain-list ll-stack">
        {all?.map((message) => (
          <Message key={message.id} message={message} />
        ))}
      </ul>
    </div>
  );
}
