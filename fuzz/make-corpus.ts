import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { identityToRecipient } from 'age-encryption';
import { fromBase64Url } from '#core/bytes/base64.ts';
import { utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import { encodeTimeStatement } from '#core/clock/time-statement.ts';
import { sealSlots, startSession } from '#core/clock/trusted-time.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import { encodeEnvelope, signEnvelope } from '#core/dsse/dsse.ts';
import { encodeHandover } from '#core/enrolment/handover.ts';
import { ENROLMENT_REQUEST_TYPE, encodeEnrolmentRequest } from '#core/enrolment/request.ts';
import { signReport } from '#core/evidence/report.ts';
import { encodeRecovery, encodeStationAuthority } from '#core/licence/authorities.ts';
import { encodeFloors } from '#core/licence/floors.ts';
import { encodeLicence } from '#core/licence/licence.ts';
import { encodeLicenceRequest } from '#core/licence/request.ts';
import { encodeStatus } from '#core/licence/status.ts';
import { encodeOrder, encodeOrderDone, orderKinds } from '#core/order/order.ts';
import { ageEncrypt } from '#core/parcel/age.ts';
import { packArchive } from '#core/parcel/archive.ts';
import { encodeHeader } from '#core/parcel/header.ts';
import { encodeAck, encodeReceipt, encodeRefusal } from '#core/parcel/receipt.ts';
import { sealParcel } from '#core/parcel/seal.ts';
import { basicPlan, publish, signRoot } from '#core/repository/test-repository.ts';
import { buildIndex } from '#core/search/index-format.ts';
import { makeEpub, makePdf, makeTar, makeZip } from '../content-packager/readers/test-input.ts';
import { AGE_IDENTITY, MANIFEST } from './fixed.ts';

// Writes the inputs of fuzz/corpus/ that no hand can write. Run it when a format has changed:
//   node dist/fuzz/make-corpus.js   (after npm run fuzz has built it)
// Age and keys are made anew by each run for what is sealed, so only commit what has to change.
const corpus = resolve(import.meta.dirname, '../../fuzz/corpus');
function put(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(join(corpus, path)), { recursive: true });
  writeFileSync(join(corpus, path), content);
}

const NOW = 1_790_000_000_000;
const DAY = 86_400_000;
const signer = await signerFromSeed(new Uint8Array(32).fill(7));
const id = 'ab'.repeat(16);
const hash = 'cd'.repeat(32);
const recipient = await identityToRecipient(AGE_IDENTITY);
const address = {
  direction: 'up',
  from: signer.keyId,
  to: hash,
  siteId: 'site-one',
  deviceId: id,
  deviceEpoch: 1,
  stationEpoch: 1,
  sequence: 2,
  previous: hash,
} as const;

const plan = await basicPlan();
put('tuf-root/root.json', await signRoot(plan));
for (const [path, bytes] of await publish(plan)) {
  if (path.includes('timestamp')) put('tuf-timestamp/timestamp.json', bytes);
  else if (path.includes('snapshot')) put('tuf-snapshot/snapshot.json', bytes);
  else if (path.endsWith('targets.json')) put('tuf-targets/targets.json', bytes);
  else if (path.includes('courses')) put('tuf-targets/course.json', bytes);
}
put('manifest/manifest.json', MANIFEST);
put('leaves/zero', new Uint8Array(32));
put('dsse/envelope.json', encodeEnvelope(await signEnvelope('text/plain', utf8('reading light'), [signer])));
put(
  'licence/licence.json',
  encodeLicence({
    ...{ id, serial: 2, previous: hash, deviceId: id, deviceKeys: { signing: hash, age: recipient } },
    ...{ learnerId: 'learner-1', siteId: 'site-one', siteName: 'Site', issuedAtMs: NOW, notBeforeMs: NOW },
    ...{ expiresAtMs: NOW + 30 * DAY, capabilities: ['read', 'write'], modules: ['courses/maths/*'], nonce: id },
    regime: { dailyHours: 14, readFrom: '07:30', readUntil: '22:00', timeZone: 'Europe/Amsterdam' },
    whereToSync: 'Room 4',
  }),
);
put('licence-request/request.json', encodeLicenceRequest({ deviceId: id, nonce: id, sequence: 3, previous: hash }));
put(
  'status/status.json',
  encodeStatus({
    version: 3,
    revokedDevices: [{ deviceId: id, reason: 'stolen', revokedAtMs: NOW }],
    suspendedDevices: [{ deviceId: id, reason: 'asked', suspendedAtMs: NOW, untilMs: NOW + DAY }],
    withdrawn: [{ path: 'courses/maths/week-1.json', version: null, reason: 'wrong' }],
  }),
);
put(
  'floors/floors.json',
  encodeFloors({ app: '1.2.0', metadata: { root: 4, snapshot: 7 }, licences: new Map([[id, 3]]) }),
);
const key = { public: hash, notBeforeMs: NOW, notAfterMs: NOW + DAY };
put(
  'authorities/station.json',
  encodeStationAuthority({
    ...{ siteId: 'site-one', siteName: 'Site', stationName: 'Station', maxLicenceDays: 30, capabilities: ['read'] },
    keys: { licence: key, receipt: key, age: { recipient, notBeforeMs: NOW, notAfterMs: NOW + DAY } },
    earlierKeys: { licence: [key], receipt: [] },
  }),
);
put('recovery/recovery.json', encodeRecovery({ recipient }));
const mac = await crypto.subtle.importKey('raw', new Uint8Array(32).fill(1), { name: 'HMAC', hash: 'SHA-256' }, false, [
  'sign',
  'verify',
]);
put(
  'clock-slot/slot.json',
  (await sealSlots(startSession(undefined, { wallMs: NOW, monotonicMs: 5, bootId: 'a' }), mac)).bytes,
);
put('time-statement/time.json', encodeTimeStatement({ timeMs: NOW, nonce: id, siteId: 'site-one' }));
const enrolment = encodeEnrolmentRequest({
  ...{ signingKey: toHex(signer.publicKey), ageRecipient: recipient, deviceNonce: id, rootSha256: hash },
  ...{ keyLevel: 'wrapped', language: 'nl', userAgent: 'Chromium' },
});
put('enrolment-request/request.json', enrolment);
put(
  'enrolment-envelope/envelope.json',
  encodeEnvelope(await signEnvelope(ENROLMENT_REQUEST_TYPE, enrolment, [signer])),
);
const report = await signReport(
  {
    ...{ deviceId: signer.keyId.slice(0, 32), check: '7K3M9QX2TB', madeAtMs: NOW, wallMs: NOW, verdict: 'expired' },
    ...{ licence: { serial: 4, expiresAtMs: NOW }, deviceEpoch: 1, older: 0 },
    events: [{ code: 'clock-back', detail: '', atMs: NOW, times: 2 }],
  },
  signer,
);
put('report/text.txt', report);
put('report/payload.json', fromBase64Url(report.split('.')[1] ?? ''));
for (const kind of orderKinds) {
  const order = { kind, orderId: id, deviceId: id };
  const asked = { orderId: id, deviceId: id, siteId: 'site-one', nonce: id, issuedAtMs: NOW };
  const signed = kind === 'new-pin' ? { ...asked, kind, wrapped: 'YWdlLWVuY3J5cHRpb24=' } : { ...asked, kind };
  put(`order/${kind}.json`, encodeOrder(signed));
  put(`order-done/${kind}.json`, encodeOrderDone({ ...order, doneAtMs: NOW }));
}
put(
  'handover/handover.json',
  encodeHandover({
    ...{ deviceId: id, signingKey: hash, ageRecipient: recipient, learnerId: 'l', learnerLabel: 'Sam' },
    ...{ fromSite: 'site-one', toSite: 'site-two', deviceEpoch: 1, licenceSerial: 4, capabilities: ['read'] },
    ...{ modules: ['*'], issuedAtMs: NOW, nonce: id },
  }),
);
const items = [
  { kind: 'message', id, createdAtMs: 1, text: 'Dag' },
  { kind: 'progress', id, createdAtMs: 1, modulePath: 'courses/a/b.json', href: 'one.html', fraction: 0.5 },
  { kind: 'event', id, createdAtMs: 1, code: 'tampered', detail: '' },
] as const;
const attachments = new Map([['essay.odt', utf8('an essay')]]);
put('parcel-file/parcel', (await sealParcel({ address, items, attachments, signer, recipient })).bytes);
put('parcel-header/header.json', encodeHeader({ ...address, length: 300, ciphertextSha256: hash }));
put('age/hello.age', await ageEncrypt(utf8('hello'), recipient));
put('archive/archive.zip', packArchive(new Map([['manifest.json', utf8('{}')], ...attachments])));
put('items/up.json', JSON.stringify(items));
put(
  'receipt/receipt.json',
  encodeReceipt({
    ...{ parcelId: hash, deviceId: id, deviceEpoch: 1, sequence: 1, receivedAtMs: NOW, step: 'stored' },
    ...{ siteId: 'site-one', stationEpoch: 0 },
  }),
);
put('refusal/refusal.json', encodeRefusal({ parcelId: hash, code: 'GAP', missing: [1, 2], refusedAtMs: NOW }));
put('ack/ack.json', encodeAck({ parcelId: hash, deviceId: id }));
put(
  'search-index/index.json',
  buildIndex('en', [
    { href: 'one.html', title: 'Reading', text: 'A light to read by.' },
    { href: 'one.html#two', title: 'Two', text: 'Nothing else.', offset: 20 },
  ]),
);
put('pdf/two-pages.pdf', makePdf(['First', 'Second'], '/Lang (en)'));
put(
  'tar/course.tar',
  makeTar([
    { name: 'one.md', content: '# One\n' },
    { name: 'two.md', content: 'Two' },
  ]),
);
put(
  'zip/course.zip',
  makeZip([
    { name: 'one.html', content: '<h1>One</h1>', deflate: true },
    { name: 'two.md', content: '# Two' },
  ]),
);
put('zip/book.epub', makeEpub());
const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const REL = 'http://schemas.openxmlformats.org';
put(
  'word/essay.docx',
  makeZip(
    Object.entries({
      '[Content_Types].xml': `<Types xmlns="${REL}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
      '_rels/.rels': `<Relationships xmlns="${REL}/package/2006/relationships"><Relationship Id="r" Type="${REL}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
      'word/document.xml': `<w:document ${W}><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>One</w:t></w:r></w:p></w:body></w:document>`,
    }).map(([name, content]) => ({ name, content })),
  ),
);
