import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { LinkButton } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { useAsync } from '../../shell/use-async.ts';

/** Props of {@link FeedbackFile}. */
export interface FeedbackFileProps {
  readonly fileId: string;
  readonly fileName: string;
}

/** A file from the tutor, offered to save. It is never opened inside the app, whatever it says it is. */
export function FeedbackFile({ fileId, fileName }: FeedbackFileProps): JSX.Element {
  const { records } = usePlatform();
  const file = useAsync(() => records.file(fileId), [records, fileId]);
  const [address, setAddress] = useState<string>();
  const bytes = file.kind === 'ready' ? file.value : undefined;
  useEffect(() => {
    if (!bytes) return undefined;
    const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
    setAddress(url);
    return () => URL.revokeObjectURL(url);
  }, [bytes]);
  if (file.kind === 'failed' || (file.kind === 'ready' && !bytes)) {
    return <Notice tone="warn">{<p>{texts.t('feedback.fileFailed')}</p>}</Notice>;
  }
  return (
    <div>
      {address && (
        <LinkButton href={address} download={fileName} icon="download">
          {texts.t('feedback.download', { name: fileName })}
        </LinkButton>
      )}
    </div>
  );
}
