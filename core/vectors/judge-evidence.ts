import { fromHex } from '#core/bytes/hex.ts';
import { EvidenceError } from '#core/evidence/evidence-error.ts';
import { openReport } from '#core/evidence/report.ts';
import { object, string } from '#core/json/shape.ts';
import { type Judge, refusing } from './judge.ts';

const text = string({ maxLength: 1_000_000 });

/** evidence.md: what a desk makes of a report. */
export const judgeEvidence: Judge = async (input) => {
  const { text: said, deviceKey } = object({ required: { text, deviceKey: text } })(input, 'input');
  return refusing([EvidenceError], () => openReport(said, fromHex(deviceKey)));
};
