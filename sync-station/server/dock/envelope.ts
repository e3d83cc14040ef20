import { type Envelope, parseEnvelope } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import type { JsonValue } from '#core/json/json-value.ts';

/** Reads an envelope that lies inside another JSON body. Throws DsseError. */
export function readEnvelope(value: JsonValue): Envelope {
  return parseEnvelope(canonicalJson(value));
}
