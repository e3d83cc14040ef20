import { join } from 'node:path';
import { array, hexString, type Infer, literal, object, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { namesIn, readIfThere, writeDurably } from '../programme/disk.ts';
import { jsonFile } from '../programme/programme-file.ts';
import { badMirror } from './module-pieces.ts';

const FORMAT = 'leeslicht-received-v1';

const receivedShape = object({
  required: {
    format: literal(FORMAT),
    receiver: string({ minLength: 1, maxLength: 64, pattern: /^[a-z0-9][a-z0-9-]*$/ }),
    manifests: array(object({ required: { path: string({ maxLength: 1024 }), sha256: hexString(32) } })),
  },
});

/** What one mirror has taken from the stick: whole modules, by manifest. The next export leaves their chunks out. */
export type Received = Omit<Infer<typeof receivedShape>, 'format'>;

/** All notes of receivers on a stick. They are no secret and bind nobody: a false one only makes a stick incomplete. */
export async function readReceived(stick: string): Promise<Received[]> {
  const folder = join(stick, 'received');
  const found: Received[] = [];
  for (const name of (await namesIn(folder)).filter((file) => file.endsWith('.json'))) {
    const bytes = await readIfThere(join(folder, name));
    if (bytes === undefined) continue;
    try {
      found.push(receivedShape(parseJson(bytes), ''));
    } catch (cause) {
      throw badMirror(
        join(folder, name),
        'cannot be read',
        cause,
        'Delete this file: the next export then brings all.',
      );
    }
  }
  return found;
}

/** Leaves a note of what this mirror holds now. */
export async function writeReceived(stick: string, received: Received): Promise<void> {
  await writeDurably(join(stick, 'received', `${received.receiver}.json`), jsonFile({ format: FORMAT, ...received }));
}
