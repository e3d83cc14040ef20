import type { JSX } from 'preact';
import { Button } from '#ui/components/button.tsx';
import { texts } from '../../i18n/texts.ts';

/** Props of {@link AgainButton}. */
export interface AgainButtonProps {
  /** Whether the tutor asks for a new version. */
  readonly isAsked: boolean;
  readonly onAgain: () => void;
}

/** The way to a new version of work that was handed in. */
export function AgainButton({ isAsked, onAgain }: AgainButtonProps): JSX.Element {
  return (
    <>
      {isAsked && <p class="ll-strong">{texts.t('work.askedAgain')}</p>}
      <div>
        <Button icon="pen" kind={isAsked ? 'primary' : 'secondary'} onClick={onAgain}>
          {texts.t('work.again')}
        </Button>
      </div>
    </>
  );
}
