import { utf8 } from '#core/bytes/bytes.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { downItemsShape, upItemsShape } from '#core/parcel/items.ts';
import type { Feedback, SheetAnswer } from '../../api/tutor.ts';

/** The answers on a sheet, out of the item that brought it; none for other work. */
export function answersIn(item: string | null): SheetAnswer[] {
  if (item === null) return [];
  const [sent] = upItemsShape([parseJson(utf8(item))], 'item');
  return (sent?.kind === 'submission' && sent.answers) || [];
}

/** Whether feedback asks for a new version, out of the item that takes it to the device. */
export function asksAgain(item: string | null): boolean {
  if (item === null) return false;
  const [sent] = downItemsShape([parseJson(utf8(item))], 'item');
  return sent?.kind === 'feedback' && sent.again === true;
}

/** What was written beside single answers, out of the item that takes the feedback to the device. */
export function remarksIn(item: string | null): Feedback['remarks'] {
  if (item === null) return [];
  const [sent] = downItemsShape([parseJson(utf8(item))], 'item');
  return (sent?.kind === 'feedback' && sent.remarks) || [];
}
