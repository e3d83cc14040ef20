import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import { usePlatform } from '../../shell/platform-context.ts';

/** For a device without the editor: the code that says who is in the room, for the file on the room's computer. */
export function RoomCode(): JSX.Element {
  const platform = usePlatform();
  const { t } = texts;
  const [code, setCode] = useState<string>();
  const [failed, setFailed] = useState(false);
  const get = async () => {
    setFailed(false);
    try {
      setCode((await platform.presence()).roomCode);
    } catch {
      // The station did not answer; the learner is told and can ask again.
      setFailed(true);
    }
  };
  // Asked once, as soon as the sync is done
  useEffect(() => void get(), []);
  return (
    <section class="ll-card ll-stack" aria-labelledby="room-code">
      <h2 id="room-code">{t('dock.room.title')}</h2>
      {code ? (
        <>
          <p class="ll-room-code" role="status">
            {code}
          </p>
          <p>{t('dock.room.text')}</p>
        </>
      ) : (
        failed && (
          <div>
            <Button onClick={() => void get()}>{t('dock.room.get')}</Button>
          </div>
        )
      )}
      {failed && (
        <Notice tone="bad" announce="alert">
          {<p>{t('dock.room.failed')}</p>}
        </Notice>
      )}
    </section>
  );
}
