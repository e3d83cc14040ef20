import type { Quiz } from '#core/quiz/quiz.ts';
import { resolveReference } from '../href.ts';
import { ReaderError } from '../reader-error.ts';
import { readQtiItem } from './qti-item.ts';
import { allBelow, childOf, childrenOf, countOf, normalQti, numberIn } from './qti-names.ts';
import { type QuizContext, toBody } from './quiz-body.ts';
import { collectQuiz, safeQuizId } from './quiz-file.ts';
import { QuizProblem } from './quiz-problem.ts';
import { elementsAmong, type SourceElement } from './source-node.ts';

/** A QTI 2 or 3 package, as far as a quiz needs it. */
export interface QtiFiles {
  /** The XML of a file of the package; undefined when there is none. Throws ReaderError when it is broken. */
  xmlAt(path: string): Promise<SourceElement | undefined>;
  contextAt(path: string): QuizContext;
}

/** An item that a test names, or one that stands alone in the package. */
export interface QtiItemRef {
  readonly id: string;
  readonly path: string;
}

/** What an `assessmentTest` says: its title, how often it may be tried, and its items in order. */
export interface QtiTest {
  readonly id: string;
  readonly title: string;
  readonly maxAttempts: number;
  readonly items: readonly QtiItemRef[];
  /** Whether all its items come in an order of chance. */
  readonly shuffleItems: boolean;
  /** What it says about the quiz as a whole and a quiz cannot do, by QTI's names. */
  readonly left: readonly string[];
}

const MAX_SECTION_DEPTH = 8;

/** Reads an `assessmentTest` at `path`, with the sections that are files of their own. */
export async function readQtiTest(
  written: SourceElement,
  path: string,
  files: Pick<QtiFiles, 'xmlAt'>,
): Promise<QtiTest> {
  const test = normalQti(written);
  const session = allBelow(test, 'itemSessionControl')[0];
  const left = new Set<string>();
  const items = await itemsIn(test, path, files, { depth: 0, left });
  const sections = allBelow(test, 'assessmentSection', 'assessmentSectionRef');
  const [only] = sections;
  const isOne = sections.length === 1 && only !== undefined && allBelow(only, 'assessmentSection').length === 0;
  const shuffleItems = isOne && left.delete('ordering');
  return {
    id: test.attributes.get('identifier') ?? '',
    title: test.attributes.get('title') ?? '',
    maxAttempts: session ? countOf(session, 'max-attempts', 0) : 0,
    items,
    shuffleItems,
    left: [...left],
  };
}

/** QTI's rules for a whole test. A quiz shows its questions one after the other and adds up their points. */
const TEST_RULES = [
  'preCondition',
  'branchRule',
  'templateDefault',
  'timeLimits',
  'testFeedback',
  'selection',
  'adaptiveSelection',
];
const PLAIN_SUM = new Set(['setOutcomeValue', 'sum', 'testVariables', 'variable']);

/** Notes which rules of a test, or of a section in a file of its own, are not taken over. */
function noteRules(part: SourceElement, left: Set<string>): void {
  for (const { name } of allBelow(part, ...TEST_RULES)) left.add(name);
  if (allBelow(part, 'ordering').some((one) => one.attributes.get('shuffle') === 'true')) left.add('ordering');
  if (allBelow(part, 'weight').some((one) => numberIn(one, 'value') !== 1)) left.add('weight');
  const outcomes = childOf(part, 'outcomeProcessing');
  if (outcomes !== undefined && !isPlainSum(outcomes)) left.add('outcomeProcessing');
}

function isPlainSum(part: SourceElement): boolean {
  return elementsAmong(part.content).every((one) => PLAIN_SUM.has(one.name) && isPlainSum(one));
}

async function itemsIn(
  part: SourceElement,
  path: string,
  files: Pick<QtiFiles, 'xmlAt'>,
  so: { readonly depth: number; readonly left: Set<string> },
): Promise<QtiItemRef[]> {
  noteRules(part, so.left);
  const items: QtiItemRef[] = [];
  for (const ref of allBelow(part, 'assessmentItemRef', 'assessmentSectionRef')) {
    const place = resolveReference(path, ref.attributes.get('href') ?? '');
    if (place.kind !== 'inside') continue;
    const isSection = ref.name === 'assessmentSectionRef' && so.depth < MAX_SECTION_DEPTH;
    const section = isSection ? await xmlOrError(place.path, files) : undefined;
    if (section !== undefined && !(section instanceof ReaderError))
      items.push(...(await itemsIn(normalQti(section), place.path, files, { ...so, depth: so.depth + 1 })));
    // A section that is not there is told about where its items would be read.
    else items.push({ id: ref.attributes.get('identifier') ?? '', path: place.path });
  }
  return items;
}

/** Whether an XML document is a test of items, rather than an item. */
export function isQtiTest(root: SourceElement): boolean {
  return /^(qti-)?assessment-?test$/i.test(root.name);
}

/** Puts the items of a package together; those that cannot be taken over go to the report of their own file. */
export async function readQtiItems(
  refs: readonly QtiItemRef[],
  files: QtiFiles,
  head: Omit<Quiz, 'format' | 'items' | 'id'> & { readonly id: string },
  context: QuizContext,
): Promise<Quiz | undefined> {
  const pending = [];
  for (const { id, path } of refs) {
    const found = await xmlOrError(path, files);
    const written = found instanceof ReaderError ? undefined : found;
    const own = files.contextAt(path);
    const stimuli = written ? await stimuliOf(written, path, files) : [];
    pending.push({
      id: id || (written?.attributes.get('identifier') ?? path),
      name: written?.attributes.get('title') || path,
      read: (itemId: string) => {
        if (found instanceof ReaderError) throw found;
        if (written === undefined) throw new QuizProblem('is not in the package');
        const before = stimuli.flatMap((one) => toBody(one.body, one.context, () => undefined));
        return readQtiItem(written, own, { id: itemId, before });
      },
    });
  }
  return collectQuiz({ ...head, id: safeQuizId(head.id) }, pending, context);
}

async function xmlOrError(
  path: string,
  files: Pick<QtiFiles, 'xmlAt'>,
): Promise<SourceElement | ReaderError | undefined> {
  try {
    return await files.xmlAt(path);
  } catch (error) {
    if (error instanceof ReaderError) return error;
    throw error;
  }
}

/** The texts that several questions share. */
async function stimuliOf(written: SourceElement, path: string, files: QtiFiles) {
  const refs = childrenOf(normalQti(written), 'assessmentStimulusRef');
  const found = [];
  for (const ref of refs) {
    const place = resolveReference(path, ref.attributes.get('href') ?? '');
    const xml = place.kind === 'inside' ? await files.xmlAt(place.path) : undefined;
    const body = xml && childOf(normalQti(xml), 'stimulusBody');
    if (place.kind === 'inside' && body) found.push({ body: body.content, context: files.contextAt(place.path) });
  }
  return found;
}
