import type { JSX } from 'preact';
import { ReaderScreen } from '../features/reader/reader.tsx';
import { lazyScreen } from './lazy.tsx';

const PdfView = lazyScreen(async () => (await import('../features/pdf/pdf-view.tsx')).PdfView);
const AssignmentView = lazyScreen(
  async () => (await import('../features/assignments/assignment-view.tsx')).AssignmentView,
);

/** Props of {@link ReadingScreen}. */
export interface ReadingScreenProps {
  readonly path: string;
  readonly href: string | undefined;
}

/** The reader, wired to the features that show a PDF and an assignment. */
export function ReadingScreen({ path, href }: ReadingScreenProps): JSX.Element {
  return (
    <ReaderScreen
      path={path}
      href={href}
      renderPart={({ file, title, startFraction, onPosition }) =>
        file.kind === 'pdf' ? (
          <PdfView
            key={file.href}
            path={path}
            href={file.href}
            sizeBytes={file.sizeBytes}
            title={title}
            startFraction={startFraction}
            onPosition={onPosition}
          />
        ) : (
          <AssignmentView key={file.href} path={path} href={file.href} onPosition={onPosition} />
        )
      }
    />
  );
}
