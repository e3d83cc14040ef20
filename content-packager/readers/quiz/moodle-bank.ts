import { childrenXml, findAllXml, findXml, type XmlElement } from '../xml.ts';
import { htmlNodes, sourceText } from './source-node.ts';

/** An answer of a question; `fraction` is the part of the mark that it gives, -1 to 1. */
export interface MoodleAnswer {
  readonly id: string;
  readonly text: string;
  /** The answer without its HTML. */
  readonly plain: string;
  readonly fraction: number;
  readonly feedback: string;
  readonly tolerance: number;
}

/** A question of the bank in a Moodle backup. Texts are HTML. */
export interface MoodleQuestion {
  readonly id: string;
  /** Where its pictures lie: the context of its category. */
  readonly contextId: string;
  readonly name: string;
  readonly type: string;
  readonly text: string;
  readonly generalFeedback: string;
  readonly mark: number;
  readonly answers: readonly MoodleAnswer[];
  readonly pairs: readonly { readonly id: string; readonly question: string; readonly answer: string }[];
  readonly isSingle: boolean;
  readonly isShuffled: boolean;
  readonly isCaseSensitive: boolean;
  /** Ids of the questions inside a cloze question. */
  readonly sequence: readonly string[];
}

/** What a quiz asks, by slot. */
export interface MoodleSlot {
  readonly questionId: string | undefined;
  readonly mark: number;
}

/** All questions of `questions.xml`, by id, and the newest one of every bank entry, as Moodle 4 counts them. */
export interface MoodleBank {
  readonly questions: ReadonlyMap<string, MoodleQuestion>;
  readonly newestOfEntry: ReadonlyMap<string, string>;
}

/** Reads `questions.xml` of a backup, of Moodle 2 to 5. */
export function readMoodleBank(root: XmlElement): MoodleBank {
  const questions = new Map<string, MoodleQuestion>();
  for (const category of findAllXml(root, 'question_category')) {
    for (const one of findAllXml(category, 'question')) {
      const id = one.attributes.get('id');
      if (id !== undefined && own(one, 'qtype') !== '')
        questions.set(id, readQuestion(one, own(category, 'contextid')));
    }
  }
  const newestOfEntry = new Map<string, string>();
  for (const entry of findAllXml(root, 'question_bank_entry')) {
    const versions = findAllXml(entry, 'question_versions')
      .filter((version) => own(version, 'version') !== '')
      .sort((a, b) => Number(own(b, 'version')) - Number(own(a, 'version')));
    const newest = versions[0] && findXml(versions[0], 'question')?.attributes.get('id');
    if (newest) newestOfEntry.set(entry.attributes.get('id') ?? '', newest);
  }
  return { questions, newestOfEntry };
}

/** The slots of a `quiz.xml`, in order. A slot that takes a question by chance has no question. */
export function readMoodleSlots(quiz: XmlElement, bank: MoodleBank): readonly MoodleSlot[] {
  return findAllXml(quiz, 'question_instance')
    .sort((a, b) => Number(own(a, 'slot')) - Number(own(b, 'slot')))
    .map((instance) => {
      const reference = findXml(instance, 'question_reference');
      const entry = reference && own(reference, 'questionbankentryid');
      const direct = own(instance, 'questionid') || own(instance, 'question');
      const questionId = entry ? bank.newestOfEntry.get(entry) : bank.questions.has(direct) ? direct : undefined;
      return { questionId, mark: numberOr(own(instance, 'maxmark') || own(instance, 'grade'), 1) };
    });
}

/** The choices of a gap question, which Moodle keeps as answers whose feedback is the group. */
export function moodleChoices(question: MoodleQuestion) {
  return question.answers.map((one) => {
    const group = /"draggroup";[si]:(?:\d+:)?"?(\d+)/.exec(one.feedback)?.[1] ?? one.feedback.trim();
    return { id: `c${one.id}`, text: one.plain, group };
  });
}

function readQuestion(element: XmlElement, contextId: string): MoodleQuestion {
  const setting = (name: string): string => findXml(element, name)?.text.trim() ?? '';
  const tolerances = new Map(
    findAllXml(element, 'numerical_record').map((one) => [own(one, 'answer'), numberOr(own(one, 'tolerance'), 0)]),
  );
  const type = own(element, 'qtype');
  return {
    id: element.attributes.get('id') ?? '',
    contextId,
    name: own(element, 'name'),
    type,
    text: own(element, 'questiontext'),
    generalFeedback: own(element, 'generalfeedback'),
    mark: numberOr(own(element, 'defaultmark') || own(element, 'defaultgrade'), 1),
    answers: findAllXml(element, 'answer')
      .filter((one) => one.attributes.has('id'))
      .map((one) => readAnswer(one, tolerances)),
    pairs: findAllXml(element, 'match').map((one) => ({
      id: one.attributes.get('id') ?? '',
      question: own(one, 'questiontext'),
      answer: own(one, 'answertext'),
    })),
    isSingle: type === 'truefalse' || setting('single') !== '0',
    isShuffled: type !== 'truefalse' && setting('shuffleanswers') !== '0',
    isCaseSensitive: setting('usecase') === '1',
    sequence: setting('sequence')
      .split(',')
      .filter((id) => id !== '' && id !== '0'),
  };
}

function readAnswer(element: XmlElement, tolerances: ReadonlyMap<string, number>): MoodleAnswer {
  const id = element.attributes.get('id') ?? '';
  const text = own(element, 'answertext');
  return {
    id,
    text,
    plain: sourceText(htmlNodes(text, 'questions.xml')),
    fraction: numberOr(own(element, 'fraction'), 0),
    feedback: own(element, 'feedback'),
    tolerance: tolerances.get(id) ?? 0,
  };
}

/** Text of a direct child; Moodle writes `$@NULL@$` for nothing. */
function own(element: XmlElement, name: string): string {
  const text = childrenXml(element, name)[0]?.text ?? '';
  return text === '$@NULL@$' ? '' : text;
}

function numberOr(text: string, fallback: number): number {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? fallback : value;
}
