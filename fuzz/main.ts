import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BoundedWorker, boundedWorker } from './bounded-worker.ts';
import { targets } from './targets.ts';

const MAX_FINDINGS = 20;

interface Outcome {
  readonly name: string;
  readonly inputs: number;
  readonly findings: readonly string[];
  readonly seconds: number;
}

const root = resolve(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    only: { type: 'string' },
    lanes: { type: 'string', default: '2' },
  },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const lanes = Number(values.lanes);
const queue = targets.filter(({ name }) => values.only === undefined || name === values.only);
if (!(seconds > 0) || !Number.isInteger(seed) || !(lanes >= 1) || queue.length === 0) {
  console.error('npm run fuzz -- [--seconds N] [--seed N] [--lanes N] [--only NAME], where NAME is one of:');
  console.error(targets.map(({ name }) => name).join(' '));
  process.exit(2);
}

console.log(`${queue.length} parsers, ${seconds} seconds, seed ${seed}`);
const shareMs = (seconds * 1000 * Math.min(lanes, queue.length)) / queue.length;
const outcomes: Outcome[] = [];
await Promise.all(Array.from({ length: Math.min(lanes, queue.length) }, lane));
report();

async function lane(): Promise<void> {
  const worker = boundedWorker();
  for (let next = queue.shift(); next; next = queue.shift()) outcomes.push(await attackFor(worker, next.name));
  await worker.close();
}

/** Attacks one parser for its share of the time; what breaks it is put to the record, and the next input follows. */
async function attackFor(worker: BoundedWorker, name: string): Promise<Outcome> {
  const corpus = join(root, 'fuzz/corpus', name);
  if (!existsSync(corpus) || readdirSync(corpus).length === 0) {
    return { name, inputs: 0, findings: ['no corpus'], seconds: 0 };
  }
  const findings: string[] = [];
  let from = 0;
  let usedMs = 0;
  for (let goesOn = true; goesOn && findings.length < MAX_FINDINGS; ) {
    const started = Date.now();
    const end = await worker.run({ target: name, corpus, seed, from, ms: Math.max(0, shareMs - usedMs) });
    usedMs += Date.now() - started;
    from = end.next;
    goesOn = end.kind === 'finding';
    if (end.kind === 'finding') findings.push(keep(name, end.input, end.problem));
  }
  return { name, inputs: from, findings, seconds: usedMs / 1000 };
}

/** Writes the input down, and why it is a finding. */
function keep(name: string, input: Uint8Array, problem: string): string {
  const folder = join(root, 'fuzz/findings', name);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, createHash('sha256').update(input).digest('hex').slice(0, 16));
  writeFileSync(file, input);
  writeFileSync(`${file}.txt`, `${problem}\n`);
  return `${file}: ${problem.split('\n').slice(0, 3).join(' ')}`;
}

function report(): void {
  for (const { name, inputs, findings, seconds: took } of outcomes.sort((a, b) => a.name.localeCompare(b.name))) {
    const numbers = `${String(inputs).padStart(8)} inputs ${took.toFixed(1).padStart(6)} s`;
    console.log(`${name.padEnd(20)} ${numbers}  ${findings.length} findings`);
    for (const finding of findings) console.log(`  ${finding}`);
  }
  const inputs = outcomes.reduce((sum, outcome) => sum + outcome.inputs, 0);
  const broken = outcomes.filter(({ findings }) => findings.length > 0).length;
  console.log(`\n${inputs} inputs, seed ${seed}`);
  console.log(`${outcomes.length - broken} passed, ${broken} failed`);
  process.exitCode = broken === 0 ? 0 : 1;
}
