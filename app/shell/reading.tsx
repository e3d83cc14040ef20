import type { JSX } from 'preact';
import { ReaderScreen } from '../features/reader/reader.tsx';
import { lazyScreen } from './lazy.tsx';

const PdfView = lazyScreen(async () => (await import('../features/pdf/pdf-view.tsx')).PdfView);
const QuizView = lazyScreen(async () => (await import('../features/quiz/quiz-view.tsx')).QuizView);
const ScriptedView = lazyScreen(async () => (await import('../features/scripted/scripted-view.tsx')).ScriptedView);
const AssignmentView = lazyScreen(
  async () => (await import('../features/assignments/assignment-view.tsx')).AssignmentView,
);

const AnswerSheet = lazyScreen(async () => (await import('../features/assignments/answer-sheet.tsx')).AnswerSheet);

/** Props of {@link ReadingScreen}. */
export interface ReadingScreenProps {
  readonly path: string;
  readonly href: string | undefined;
}

/** The reader, wired to the features that show a PDF, a quiz, an assignment and the open questions of a page. */
export function ReadingScreen({ path, href }: ReadingScreenProps): JSX.Element {
  return (
    <ReaderScreen
      path={path}
      href={href}
      renderSheet={(sheet) => <AnswerSheet key={sheet.href} {...sheet} />}
      renderPart={({ file, title, fragment, startFraction, startPlace, onPosition, onSurface }) =>
        file.kind === 'pdf' ? (
          <PdfView
            key={file.href}
            path={path}
            href={file.href}
            sizeBytes={file.sizeBytes}
            title={title}
            fragment={fragment}
            startFraction={startFraction}
            startPlace={startPlace}
            onPosition={onPosition}
            onSurface={onSurface}
          />
        ) : file.kind === 'quiz' ? (
          <QuizView key={file.href} path={path} href={file.href} fragment={fragment} onPosition={onPosition} />
        ) : file.kind === 'scripted' ? (
          <ScriptedView key={file.href} path={path} file={file} title={title} onPosition={onPosition} />
        ) : (
          <AssignmentView key={file.href} path={path} href={file.href} onPosition={onPosition} />
        )
      }
    />
  );
}
