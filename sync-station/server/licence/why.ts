import { parseEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { coversModule, LICENCE_TYPE, type Licence, parseLicence } from '#core/licence/licence.ts';
import { type Decision, decideCapability, decideHours, decideModule, narrowest } from '#core/policy/decide.ts';
import { isWithinHours, minuteOfDay, minutesOf } from '#core/policy/hours.ts';
import type { Reason, WhyAnswer } from '../../api/policy.ts';
import type { Device } from '../../store/devices.ts';
import { latestLicence } from '../../store/licences.ts';
import type { StationContext } from '../context.ts';
import { listPublished } from '../desk-routes/published.ts';
import { requireGrant } from './issue.ts';
import { policyLevelsOf } from './policy-of.ts';

/** The answers of {@link whyAnswer} that follow from policy and licence alone. */
export type Why = Pick<
  WhyAnswer,
  'at' | 'timeZone' | 'hours' | 'capabilities' | 'modules' | 'dailyHours' | 'licenceDays'
>;

/**
 * Which rule decides what for this device at a local time of day, with the same functions that write its licence, and
 * beside it what the licence says that it holds now. Throws DockError NOT_AUTHORISED without a grant.
 */
export async function whyClosed(context: StationContext, device: Device, at: string | undefined): Promise<Why> {
  const grant = requireGrant(context);
  const levels = await policyLevelsOf(context, { ...device, deviceId: device.id });
  const licence = await heldLicence(context, device.id);
  const { timeZone } = context.config;
  const minute = at === undefined ? minuteOfDay(context.now(), timeZone) : minutesOf(at);
  const names = [...new Set([...grant.capabilities, ...Object.values(levels).flatMap(({ allow = [] }) => allow)])];
  const modules = await listPublished(context.mirror);
  return {
    at: timeText(minute),
    timeZone,
    hours: answer('hours', null, decideHours(levels, minute), licence && isOpenAt(licence, minute)),
    capabilities: names.map((name) =>
      answer(name, null, decideCapability(levels, grant, name), licence?.capabilities.includes(name)),
    ),
    modules: modules.map(({ path, manifest }) =>
      answer(path, manifest.title, decideModule(levels, path), licence && coversModule(licence.modules, path)),
    ),
    dailyHours: numberOf(narrowest(levels, 'dailyHours')),
    licenceDays: boundedDays(numberOf(narrowest(levels, 'licenceDays')), grant.maxLicenceDays),
  };
}

function answer(name: string, title: string | null, decision: Decision, inLicence: boolean | undefined): Reason {
  const rule = 'rule' in decision ? decision.rule : null;
  return { name, title, open: decision.open, by: decision.level, rule, inLicence: inLicence ?? null };
}

function isOpenAt({ regime }: Licence, minute: number): boolean {
  const { readFrom, readUntil } = regime;
  if (readFrom === undefined || readUntil === undefined) return true;
  return isWithinHours({ from: readFrom, until: readUntil }, minute);
}

function numberOf(said: { readonly level: Reason['by']; readonly value: number } | undefined) {
  return said ? { value: said.value, by: said.level } : { value: 24, by: 'nobody' as const };
}

function boundedDays(days: { readonly value: number; readonly by: Reason['by'] }, max: number) {
  return days.value > max ? { value: max, by: 'authorities' as const } : days;
}

async function heldLicence(context: StationContext, deviceId: string): Promise<Licence | undefined> {
  const row = await latestLicence(context.db, deviceId);
  if (!row) return undefined;
  const envelope = parseEnvelope(new TextEncoder().encode(row.envelope));
  const keys = [context.keys.licence.publicKey];
  try {
    return parseLicence(await verifyEnvelope(envelope, { payloadType: LICENCE_TYPE, keys }));
  } catch (error) {
    // Issued before this station's key was changed: what it says is not shown beside the rules.
    context.log.info({ device: deviceId, err: error }, 'newest licence is not of the present key');
    return undefined;
  }
}

function timeText(minute: number): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
