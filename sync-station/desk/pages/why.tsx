import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { BackLink, Button } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { Field } from '#ui/components/field.tsx';
import { Table } from '#ui/components/table.tsx';
import { type Reason, type WhyAnswer, whyAnswer } from '../../api/policy.ts';
import { currentSession } from '../desk-state.ts';
import { t } from '../i18n/texts.ts';
import { Loading, useAsk } from '../loading.tsx';
import { Facts, nameOf, PageHead, shortId } from '../parts.tsx';
import { capabilityText, reasonText } from '../policy-words.ts';
import { hrefOf } from '../router.ts';
import { PolicyDialog, PolicyText } from './policy.tsx';

type Titles = ReadonlyMap<string, string>;

function Open({ reason }: { readonly reason: Reason }): JSX.Element {
  return <Chip tone={reason.open ? 'good' : 'bad'}>{t(reason.open ? 'why.open' : 'why.closed')}</Chip>;
}

function Why({ reason, titles }: { readonly reason: Reason; readonly titles: Titles }): JSX.Element {
  const isLater = reason.inLicence !== null && reason.inLicence !== reason.open;
  return (
    <>
      {reasonText(reason, titles)} {isLater && <strong>{t('why.later')}</strong>}
    </>
  );
}

function Reasons(props: {
  readonly caption: string;
  readonly reasons: readonly Reason[];
  readonly titles: Titles;
  readonly nameText: (reason: Reason) => string;
}): JSX.Element {
  const { caption, reasons, titles, nameText } = props;
  return (
    <Table
      caption={caption}
      rows={reasons}
      rowKey={(row) => row.name}
      empty={<p class="ll-quiet">{t('why.none')}</p>}
      columns={[
        { key: 'what', header: t('col.what'), cell: nameText },
        { key: 'open', header: t('col.state'), cell: (row) => <Open reason={row} /> },
        { key: 'why', header: t('why.who'), cell: (row) => <Why reason={row} titles={titles} /> },
      ]}
    />
  );
}

function Levels(props: {
  readonly answer: WhyAnswer;
  readonly titles: Titles;
  readonly onDone: () => void;
}): JSX.Element {
  const { answer, titles, onDone } = props;
  const [editing, setEditing] = useState<'device' | 'person'>();
  const mayChange = currentSession.value?.staff.roles.includes('security') ?? false;
  const paths = {
    device: `/policy/devices/${answer.device.id}`,
    person: `/policy/persons/${answer.device.learner.id}`,
  };
  const close = () => setEditing(undefined);
  return (
    <>
      {(['device', 'person'] as const).map((level) => (
        <section key={level} class="ll-stack ll-stack-tight" aria-labelledby={`level-${level}`}>
          <div class="ll-row ll-row-apart">
            <h2 id={`level-${level}`}>{t(`why.${level}`)}</h2>
            {mayChange && (
              <Button
                label={t('policy.changeOf', { who: t(`policy.level.${level}`) })}
                onClick={() => setEditing(level)}
              >
                {t('policy.change')}
              </Button>
            )}
          </div>
          <p>
            <PolicyText policy={answer.policies[level]} titles={titles} />
          </p>
        </section>
      ))}
      <PolicyDialog
        editing={
          editing && { who: t(`policy.level.${editing}`), path: paths[editing], policy: answer.policies[editing] }
        }
        capabilities={answer.capabilities.map(({ name }) => name)}
        modules={answer.modules.map(({ name, title }) => ({ path: name, title: title ?? name }))}
        onClose={close}
        onDone={() => {
          close();
          onDone();
        }}
      />
    </>
  );
}

/** Which rule opens or closes what, for one device at one time of day. */
export function WhyPage({ id }: { readonly id: string }): JSX.Element {
  const [at, setAt] = useState('');
  const isTime = /^([01][0-9]|2[0-3]):[0-5][0-9]$/.test(at);
  const asked = useAsk(whyAnswer, `/policy/devices/${id}/why${isTime ? `?at=${at}` : ''}`);
  return (
    <Loading asked={asked}>
      {(answer) => {
        const titles = new Map(answer.modules.map(({ name, title }) => [name, title ?? name]));
        const { learner, group } = answer.device;
        return (
          <div class="ll-stack ll-stack-loose">
            <PageHead
              above={
                <BackLink href={hrefOf('devices', id)}>
                  {t('device.title', { id: shortId(id), name: nameOf(learner) })}
                </BackLink>
              }
              title={t('nav.why')}
              text={t('why.text')}
            />
            <p class="ll-quiet">{group ? t('why.inGroup', { name: group.name }) : t('why.noGroup')}</p>
            <Field
              label={t('why.at')}
              hint={`${answer.at}, ${answer.timeZone}`}
              maxLength={5}
              value={at}
              onInput={setAt}
            />
            <Facts
              facts={[
                [
                  t('why.hours'),
                  <>
                    <Open reason={answer.hours} /> <Why reason={answer.hours} titles={titles} />
                  </>,
                ],
                [
                  t('policy.dailyHours'),
                  t('why.daily', { n: answer.dailyHours.value, level: t(`policy.level.${answer.dailyHours.by}`) }),
                ],
                [
                  t('policy.licenceDays'),
                  t('why.days', { n: answer.licenceDays.value, level: t(`policy.level.${answer.licenceDays.by}`) }),
                ],
              ]}
            />
            <Reasons
              caption={t('policy.capabilities')}
              reasons={answer.capabilities}
              titles={titles}
              nameText={(reason) => capabilityText(reason.name)}
            />
            <Reasons
              caption={t('policy.modules')}
              reasons={answer.modules}
              titles={titles}
              nameText={(reason) => reason.title ?? reason.name}
            />
            <Levels answer={answer} titles={titles} onDone={asked.again} />
          </div>
        );
      }}
    </Loading>
  );
}
