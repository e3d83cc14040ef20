import axe from 'axe-core';
import { render } from 'preact';
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '#ui/style.css';
import '../../shell/app.css';
import './quiz.css';
import { utf8 } from '#core/bytes/bytes.ts';
import type { QuizResult } from '#core/quiz/attempt.ts';
import { parseQuiz } from '#core/quiz/quiz.ts';
import { bringReadingTexts, showLanguage } from '../../i18n/texts.ts';
import type { AttemptRecord } from '../../platform/records/records.ts';
import { AttemptView } from './attempt-view.tsx';

/** Where to put pictures of the screens, for a person to look at: set VITE_SHOTS to a folder in the project. */
const { VITE_SHOTS: shots } = import.meta.env;
const root = document.createElement('main');
root.className = 'll-quiz';
document.body.append(root);
document.title = 'Leeslicht';
await showLanguage('en');
await bringReadingTexts();
afterEach(() => render(null, root));

const picture = URL.createObjectURL(
  new Blob(
    [
      '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="300" height="200" fill="#cde"/></svg>',
    ],
    {
      type: 'image/svg+xml',
    },
  ),
);
const image = { href: 'map.png', width: 300, height: 200, alt: 'A map' };
const areas = [
  { id: 'N', shape: 'circle', coords: [60, 60, 30], label: 'North' },
  { id: 'S', shape: 'poly', coords: [180, 100, 280, 100, 230, 180], label: 'South' },
];
const choices = [
  { id: 'A', body: ['Lima'] },
  { id: 'B', body: ['Cusco'] },
  { id: 'C', body: ['Quito'] },
];

interface Question {
  readonly interaction: object;
  readonly cardinality: string;
  readonly baseType: string;
  readonly correct: readonly string[];
}

/** One question of every kind, with what is right. */
const questions: Readonly<Record<string, Question>> = {
  choice: {
    interaction: { kind: 'choice', choices, maxChoices: 1 },
    cardinality: 'single',
    baseType: 'identifier',
    correct: ['A'],
  },
  choices: {
    interaction: { kind: 'choice', choices, maxChoices: 0 },
    cardinality: 'multiple',
    baseType: 'identifier',
    correct: ['A', 'B'],
  },
  order: {
    interaction: { kind: 'order', choices },
    cardinality: 'ordered',
    baseType: 'identifier',
    correct: ['B', 'A', 'C'],
  },
  associate: {
    interaction: { kind: 'associate', choices, maxAssociations: 1 },
    cardinality: 'multiple',
    baseType: 'pair',
    correct: ['A B'],
  },
  match: {
    interaction: {
      kind: 'match',
      sources: choices.slice(0, 2),
      targets: [
        { id: 'X', body: ['coast'] },
        { id: 'Y', body: ['mountain'] },
      ],
      maxAssociations: 2,
    },
    cardinality: 'multiple',
    baseType: 'directedPair',
    correct: ['A X', 'B Y'],
  },
  gapMatch: {
    interaction: { kind: 'gapMatch', choices, body: ['The capital is ', { kind: 'gap', id: 'G' }, '.'] },
    cardinality: 'multiple',
    baseType: 'directedPair',
    correct: ['A G'],
  },
  inlineChoice: {
    interaction: { kind: 'inlineChoice', choices },
    cardinality: 'single',
    baseType: 'identifier',
    correct: ['A'],
  },
  textEntry: { interaction: { kind: 'textEntry' }, cardinality: 'single', baseType: 'string', correct: ['Lima'] },
  hottext: {
    interaction: {
      kind: 'hottext',
      maxChoices: 1,
      body: [
        'Not ',
        { kind: 'hottext', id: 'H', children: ['this'] },
        ' but ',
        { kind: 'hottext', id: 'I', children: ['that'] },
      ],
    },
    cardinality: 'single',
    baseType: 'identifier',
    correct: ['I'],
  },
  hotspot: {
    interaction: { kind: 'hotspot', image, areas, maxChoices: 1 },
    cardinality: 'single',
    baseType: 'identifier',
    correct: ['S'],
  },
  selectPoint: {
    interaction: { kind: 'selectPoint', image, maxChoices: 1 },
    cardinality: 'single',
    baseType: 'point',
    correct: ['160 100'],
  },
  graphicOrder: {
    interaction: { kind: 'graphicOrder', image, areas },
    cardinality: 'ordered',
    baseType: 'identifier',
    correct: ['S', 'N'],
  },
  graphicAssociate: {
    interaction: { kind: 'graphicAssociate', image, areas, maxAssociations: 0 },
    cardinality: 'multiple',
    baseType: 'pair',
    correct: ['N S'],
  },
  graphicGapMatch: {
    interaction: {
      kind: 'graphicGapMatch',
      image,
      areas,
      choices: choices.map((choice) => ({ ...choice, matchMax: 1 })),
    },
    cardinality: 'multiple',
    baseType: 'directedPair',
    correct: ['A N'],
  },
  slider: {
    interaction: { kind: 'slider', lower: 0, upper: 10, step: 1 },
    cardinality: 'single',
    baseType: 'integer',
    correct: ['1'],
  },
  extendedText: { interaction: { kind: 'extendedText' }, cardinality: 'single', baseType: 'string', correct: [] },
};

function quizOf(names: readonly string[]) {
  const items = names.map((name) => {
    const question = questions[name];
    if (!question) throw new Error(name);
    const { interaction, cardinality, baseType, correct } = question;
    const isOpen = correct.length === 0;
    const operands = [
      { kind: 'variable', id: 'R' },
      { kind: 'correct', id: 'R' },
    ];
    const points = (value: string) => [
      { kind: 'set', id: 'SCORE', value: { kind: 'baseValue', baseType: 'float', value } },
    ];
    return {
      id: name,
      title: name,
      body: [
        { kind: 'element', name: 'p', children: [`The question of ${name}: `] },
        { kind: 'interaction', response: 'R' },
      ],
      interactions: [{ ...interaction, response: 'R' }],
      responses: [{ id: 'R', cardinality, baseType, ...(isOpen ? {} : { correct }) }],
      outcomes: [{ id: 'SCORE', cardinality: 'single', baseType: 'float' }],
      processing: isOpen
        ? []
        : [
            {
              kind: 'if',
              branches: [{ condition: { kind: 'operator', name: 'match', operands }, rules: points('1') }],
              otherwise: points('0'),
            },
          ],
      feedback: [],
      maxScore: isOpen ? null : 1,
    };
  });
  return parseQuiz(
    utf8(JSON.stringify({ format: 'leeslicht-quiz-v1', id: 'q', title: 'Peru', language: 'en', items })),
  );
}

const fresh: AttemptRecord = {
  ...{
    id: '0'.repeat(32),
    modulePath: 'courses/a/b.json',
    href: 'quiz.json',
    quizId: 'q',
    title: 'Peru',
    language: 'en',
  },
  ...{ number: 1, startedAtMs: 1, updatedAtMs: 1, answers: {}, checked: [] },
};

interface Shown {
  readonly saved: AttemptRecord[];
  readonly finished: QuizResult[];
}

async function show(names: readonly string[], attempt: AttemptRecord = fresh): Promise<Shown> {
  const shown: Shown = { saved: [], finished: [] };
  render(
    <AttemptView
      quiz={quizOf(names)}
      attempt={attempt}
      save={async (next) => void shown.saved.push(next)}
      finish={async (next, result) => {
        shown.finished.push(result);
        return { ...next, finishedAtMs: 2 };
      }}
      mayWrite
      urlOf={() => picture}
      onLeave={() => undefined}
    />,
    root,
  );
  await expect.element(page.getByRole('heading', { name: 'Question 1 of' })).toBeVisible();
  return shown;
}

async function lookAt(name: string): Promise<void> {
  for (const width of [1366, 400]) {
    await page.viewport(width, 768);
    // A colour on its way is no colour to judge.
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
    if (shots) await page.screenshot({ path: `${shots}/quiz-${name}-${width}.png` });
    const { violations } = await axe.run(root, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  }
}

/** Moves the focus onto an element, as the tab key does, and proves that it got there. */
function focusOn(selector: string, index = 0): void {
  const element = root.querySelectorAll<HTMLElement>(selector)[index];
  element?.focus();
  expect(document.activeElement).toBe(element);
}

/** How each kind is answered rightly with the keyboard alone. */
const byKeyboard: Readonly<Record<string, () => Promise<void>>> = {
  choice: async () => {
    focusOn('input[type=radio]');
    await userEvent.keyboard(' ');
  },
  choices: async () => {
    for (const index of [0, 1]) {
      focusOn('input[type=checkbox]', index);
      await userEvent.keyboard(' ');
    }
  },
  order: async () => {
    focusOn('button[aria-label="Move up: Cusco"]');
    await userEvent.keyboard('{Enter}');
  },
  associate: async () => {
    for (const index of [0, 1]) {
      focusOn('.ll-quiz-token', index);
      await userEvent.keyboard('{Enter}');
    }
  },
  match: async () => {
    focusOn('select', 0);
    await userEvent.keyboard('c');
    focusOn('select', 1);
    await userEvent.keyboard('m');
  },
  gapMatch: async () => {
    focusOn('select');
    await userEvent.keyboard('L');
  },
  inlineChoice: async () => {
    focusOn('select');
    await userEvent.keyboard('L');
  },
  textEntry: async () => {
    focusOn('input[type=text]');
    await userEvent.keyboard('Lima');
  },
  hottext: async () => {
    focusOn('input[type=radio]', 1);
    await userEvent.keyboard(' ');
  },
  hotspot: async () => {
    focusOn('.ll-quiz-area', 1);
    await userEvent.keyboard('{Enter}');
  },
  selectPoint: async () => {
    focusOn('.ll-button-secondary:not([disabled])');
    root.querySelector<HTMLElement>('fieldset .ll-button-secondary')?.focus();
    await userEvent.keyboard('{ArrowRight}{Enter}');
  },
  graphicOrder: async () => {
    for (const index of [1, 0]) {
      focusOn('.ll-quiz-area', index);
      await userEvent.keyboard('{Enter}');
    }
  },
  graphicAssociate: async () => {
    for (const index of [0, 1]) {
      focusOn('.ll-quiz-area', index);
      await userEvent.keyboard('{Enter}');
    }
  },
  graphicGapMatch: async () => {
    focusOn('.ll-quiz-token');
    await userEvent.keyboard('{Enter}');
    focusOn('.ll-quiz-area');
    await userEvent.keyboard('{Enter}');
  },
  slider: async () => {
    focusOn('input[type=range]');
    await userEvent.keyboard('{ArrowRight}');
  },
};

for (const [name, answer] of Object.entries(byKeyboard)) {
  test(`a question of kind ${name} is answered rightly with the keyboard alone, and passes axe`, async () => {
    const shown = await show([name]);
    await lookAt(name);
    await answer();
    await page.getByRole('button', { name: 'Check' }).click();
    await expect.element(page.getByText('Right', { exact: true })).toBeVisible();
    await expect.poll(() => shown.saved.at(-1)?.checked).toEqual([name]);
    await lookAt(`${name}-right`);
  });
}

test('a wrong answer says what is right, and is closed', async () => {
  await show(['choice']);
  await page.getByRole('radio', { name: 'Cusco' }).click();
  await page.getByRole('button', { name: 'Check' }).click();
  await expect.element(page.getByText('Not right', { exact: true })).toBeVisible();
  await expect.element(page.getByRole('radio', { name: 'Lima right answer' })).toBeDisabled();
  await lookAt('choice-wrong');
});

test('goes through the questions, ends with the points, and leaves the text of an open question to the tutor', async () => {
  const shown = await show(['choice', 'extendedText']);
  await page.getByRole('radio', { name: 'Lima' }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('textbox', { name: 'Your answer' }).fill('Because of the sea.');
  await page.getByRole('button', { name: 'Finish' }).click();
  await expect.element(page.getByText('1 of 1 points')).toBeVisible();
  await expect.element(page.getByText('Your tutor reads this')).toBeVisible();
  expect(shown.finished[0]).toMatchObject({ score: 1, maxScore: 1, fraction: 1 });
  expect(shown.saved.at(-1)?.answers).toEqual({ choice: { R: ['A'] }, extendedText: { R: ['Because of the sea.'] } });
  await lookAt('result');
});

test('goes on at the first question without an answer', async () => {
  render(null, root);
  render(
    <AttemptView
      quiz={quizOf(['choice', 'textEntry'])}
      attempt={{ ...fresh, answers: { choice: { R: ['A'] } } }}
      save={async () => undefined}
      finish={async (next) => next}
      mayWrite
      urlOf={() => picture}
      onLeave={() => undefined}
    />,
    root,
  );
  await expect.element(page.getByRole('heading', { name: 'Question 2 of 2' })).toBeVisible();
});

test('shows the values that were drawn, the same ones when the question is opened again, and no feedback before the answer', async () => {
  const draw = { kind: 'operator', name: 'randomInteger', settings: { min: '100', max: '999' } };
  const hangsOn = (outcome: string, text: string) => ({
    ...{ kind: 'feedback', outcome, id: 'X', show: false, children: [text] },
  });
  const item = {
    ...{ id: 't', title: 'T', interactions: [], responses: [], processing: [], feedback: [], maxScore: null },
    body: ['Take ', { kind: 'variable', id: 'N' }, hangsOn('N', ' apples.'), hangsOn('SAID', 'Well done.')],
    outcomes: [{ id: 'SAID', cardinality: 'single', baseType: 'identifier' }],
    template: {
      variables: [{ id: 'N', cardinality: 'single', baseType: 'integer' }],
      rules: [{ kind: 'set', id: 'N', value: draw }],
    },
  };
  const quiz = parseQuiz(
    utf8(JSON.stringify({ format: 'leeslicht-quiz-v1', id: 'q', title: 'Q', language: 'en', items: [item] })),
  );
  const words = async (id: string): Promise<string> => {
    render(null, root);
    render(
      <AttemptView
        quiz={quiz}
        attempt={{ ...fresh, id }}
        save={async () => undefined}
        finish={async (next) => next}
        mayWrite
        urlOf={() => picture}
        onLeave={() => undefined}
      />,
      root,
    );
    await expect.element(page.getByText(/Take \d{3} apples\./)).toBeVisible();
    return root.querySelector('.ll-quiz-body')?.textContent ?? '';
  };
  const first = await words('1'.repeat(32));
  expect(first).not.toContain('Well done');
  expect(await words('2'.repeat(32))).not.toBe(first);
  expect(await words('1'.repeat(32))).toBe(first);
});

/** A question that is asked until it is right, with a button for a hint. */
function adaptiveItem() {
  const variable = (id: string) => ({ kind: 'variable', id });
  const identifier = (value: string) => ({ kind: 'baseValue', baseType: 'identifier', value });
  const set = (id: string, value: object) => ({ kind: 'set', id, value });
  const isRight = { kind: 'operator', name: 'match', operands: [variable('R'), { kind: 'correct', id: 'R' }] };
  return {
    ...{ id: 'a', title: 'A', adaptive: true, maxScore: 1 },
    body: [
      { kind: 'element', name: 'p', children: ['What is the capital of Peru?'] },
      { kind: 'interaction', response: 'R' },
      { kind: 'interaction', response: 'HINT' },
    ],
    interactions: [
      { kind: 'choice', response: 'R', maxChoices: 1, choices },
      { kind: 'endAttempt', response: 'HINT', title: 'Give me a hint' },
    ],
    responses: [
      { id: 'R', cardinality: 'single', baseType: 'identifier', correct: ['A'] },
      { id: 'HINT', cardinality: 'single', baseType: 'boolean' },
    ],
    outcomes: [
      { id: 'SCORE', cardinality: 'single', baseType: 'float' },
      { id: 'TOLD', cardinality: 'single', baseType: 'identifier' },
    ],
    processing: [
      {
        kind: 'if',
        branches: [
          { condition: variable('HINT'), rules: [set('TOLD', identifier('HINT'))] },
          {
            condition: isRight,
            rules: [
              set('SCORE', { kind: 'baseValue', baseType: 'float', value: '1' }),
              set('TOLD', identifier('DONE')),
              set('completionStatus', identifier('completed')),
            ],
          },
        ],
        otherwise: [set('TOLD', identifier('AGAIN'))],
      },
    ],
    feedback: [
      { outcome: 'TOLD', id: 'HINT', show: true, body: ['It lies by the sea.'] },
      { outcome: 'TOLD', id: 'AGAIN', show: true, body: ['Think again.'] },
    ],
  };
}

test('an adaptive question gives its hint, is asked again until it is right, and keeps every submission', async () => {
  const quiz = parseQuiz(
    utf8(JSON.stringify({ format: 'leeslicht-quiz-v1', id: 'q', title: 'Q', language: 'en', items: [adaptiveItem()] })),
  );
  const saved: AttemptRecord[] = [];
  const finished: QuizResult[] = [];
  const open = (attempt: AttemptRecord): void => {
    render(null, root);
    render(
      <AttemptView
        quiz={quiz}
        attempt={attempt}
        save={async (next) => void saved.push(next)}
        finish={async (next, result) => {
          saved.push(next);
          finished.push(result);
          return { ...next, finishedAtMs: 2 };
        }}
        mayWrite
        urlOf={() => picture}
        onLeave={() => undefined}
      />,
      root,
    );
  };
  open(fresh);
  await page.getByRole('button', { name: 'Give me a hint' }).click();
  await expect.element(page.getByText('It lies by the sea.')).toBeVisible();
  await page.getByRole('radio', { name: 'Cusco' }).click();
  await page.getByRole('button', { name: 'Check' }).click();
  await expect.element(page.getByText('Think again.')).toBeVisible();
  await lookAt('adaptive');
  await expect.poll(() => saved.at(-1)?.submitted?.['a']).toEqual([{ HINT: ['true'] }, { R: ['B'] }]);
  // Broken off and opened again
  open(saved.at(-1) ?? fresh);
  await expect.element(page.getByText('Think again.')).toBeVisible();
  await page.getByRole('radio', { name: 'Lima' }).click();
  // Ends without another check: what was filled in counts
  await page.getByRole('button', { name: 'Finish' }).click();
  await expect.element(page.getByText('1 of 1 points')).toBeVisible();
  expect(finished[0]).toMatchObject({ score: 1, items: [{ verdict: 'right' }] });
  expect(saved.at(-1)?.submitted?.['a']).toHaveLength(3);
  await page.getByRole('button', { name: /What is the capital/ }).click();
  await expect.element(page.getByRole('radio', { name: 'Lima right answer' })).toBeDisabled();
  await expect.element(page.getByRole('button', { name: 'Give me a hint' })).toBeDisabled();
});
