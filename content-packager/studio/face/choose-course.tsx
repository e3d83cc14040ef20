import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Field } from '#ui/components/field.tsx';
import { Icon } from '#ui/components/icon.tsx';
import { chosenFiles, type DroppedFile, droppedFiles } from './dropped.ts';
import { t } from './i18n/texts.ts';

/** Props of {@link ChooseCourse}. */
export interface ChooseCourseProps {
  readonly onFiles: (files: readonly DroppedFile[]) => void;
  readonly onPath: (path: string) => void;
}

/** Takes a course: dropped, chosen in a dialog, or named by its path. */
export function ChooseCourse({ onFiles, onPath }: ChooseCourseProps): JSX.Element {
  const file = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [path, setPath] = useState('');
  const [isOver, setOver] = useState(false);
  return (
    <section class="ll-stack ll-stack-loose ll-measure">
      <h1 tabIndex={-1}>{t('choose.title')}</h1>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside are the way for the keyboard */}
      <div
        class={isOver ? 'll-drop ll-drop-over' : 'll-drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(onFiles);
        }}
      >
        <Icon name="upload" />
        <p>{t('choose.text')}</p>
        <div class="ll-row">
          <Button kind="primary" onClick={() => file.current?.click()}>
            {t('choose.file')}
          </Button>
          <Button onClick={() => folder.current?.click()}>{t('choose.folder')}</Button>
        </div>
        <input
          ref={file}
          type="file"
          hidden
          aria-label={t('choose.file')}
          onChange={(event) => onFiles(chosenFiles(event.currentTarget.files))}
        />
        <input
          ref={(input) => {
            folder.current = input;
            input?.setAttribute('webkitdirectory', '');
          }}
          type="file"
          hidden
          aria-label={t('choose.folder')}
          onChange={(event) => onFiles(chosenFiles(event.currentTarget.files))}
        />
      </div>
      <form
        class="ll-stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (path.trim() !== '') onPath(path.trim());
        }}
      >
        <Field label={t('choose.path')} hint={t('choose.pathHint')} value={path} onInput={setPath} />
        <div>
          <Button type="submit">{t('choose.open')}</Button>
        </div>
      </form>
    </section>
  );
}
