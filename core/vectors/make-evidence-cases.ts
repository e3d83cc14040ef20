import { toHex } from '#core/bytes/hex.ts';
import { type Report, signReport } from '#core/evidence/report.ts';
import { type MadeVector, one, refused, START_MS, testKey } from './make-cases.ts';

/** evidence.md. */
export async function evidenceCases(): Promise<MadeVector[]> {
  const [device, other] = [await testKey(6), await testKey(7)];
  const report: Report = {
    ...{ deviceId: device.keyId.slice(0, 32), check: '7K3M9QX2TB', madeAtMs: START_MS, wallMs: START_MS + 60_000 },
    ...{ verdict: 'clockUncertain', licence: { serial: 4, expiresAtMs: START_MS + 86_400_000 }, deviceEpoch: 1 },
    events: [
      { code: 'clock-back', detail: '', atMs: START_MS - 1000, times: 2 },
      { code: 'chunk-corrupt', detail: 'courses/a/b.json#one.html', atMs: START_MS - 2000, times: 1 },
    ],
    older: 3,
  };
  const text = await signReport(report, device);
  const ask = (clause: string, name: string, said: string, expected: unknown, key = device) =>
    one(clause, name, { text: said, deviceKey: toHex(key.publicKey) }, expected);
  const at = text.indexOf('.') + 12;
  const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
  const bare: Report = { ...report, check: null, licence: null, events: [], older: 0 };
  return [
    ask('3.1', 'a report for a number', text, report),
    ask('3.1', 'broken over lines', text.replace(/(.{60})/g, '$1\n'), report),
    ask('2.2', 'without a number, and nothing noticed', await signReport(bare, device), bare),
    ask('3.2', 'one letter of it is another', changed, refused('BAD_SIGNATURE')),
    ask('3.2', 'signed by another device', text, refused('BAD_SIGNATURE'), other),
    ask('3.3', 'in the name of another device', await signReport(report, other), refused('WRONG_DEVICE'), other),
    ask('3.1', 'of another version', text.replace('LEES1', 'LEES2'), refused('MALFORMED')),
    ask('3.1', 'without its signature', text.slice(0, text.lastIndexOf('.')), refused('MALFORMED')),
  ];
}
