import { stationKeys } from '#core/licence/authorities.ts';
import type { Licence } from '#core/licence/licence.ts';
import { judgeHours, type ReadingHours } from '#core/licence/reading-hours.ts';
import { hasCapability, judgeLicence, mayRead, type Verdict } from '#core/licence/verdict.ts';
import { APP_VERSION } from './app-version.ts';
import type { DeviceClock } from './clock/device-clock.ts';
import type { MetaStore } from './device/device-meta.ts';
import { heldLicence } from './device/held-licence.ts';
import { metadataVersions, type Trust } from './trust/trust.ts';

/** How this device stands at one moment. */
export interface Standing {
  readonly verdict: Verdict;
  readonly licence: Licence | undefined;
  /** Whether the regime's hours are open; closed hours lock nothing that a verdict does not. */
  readonly hours: ReadingHours;
  readonly capabilities: ReadonlySet<string>;
}

/** Judges the stored licence with what is trusted now. Without verified licence keys no licence counts. */
export async function judgeStanding(
  meta: MetaStore,
  trust: Trust | undefined,
  deviceId: string,
  clock: DeviceClock,
): Promise<Standing> {
  const envelope = await heldLicence(meta);
  const { verdict, licence } = await judgeLicence({
    envelope,
    licenceKeys: trust?.station ? stationKeys(trust.station, 'licence') : [],
    deviceId,
    status: trust?.status,
    time: clock.now(),
    budgets: clock.budgets(),
    grant: trust?.station,
    floors: trust && {
      least: trust.floors,
      device: { app: APP_VERSION, metadata: metadataVersions(trust.repository) },
    },
  });
  const hours = judgeHours(licence?.regime, clock.nowMs());
  const names = licence?.capabilities ?? [];
  const granted = names.filter((name) => hasCapability(licence, trust?.station, name));
  // Revocation counts only from the signed list: a station's word at the dock only stops renewal.
  return { verdict, licence, hours, capabilities: new Set(mayRead(verdict) && hours.kind === 'open' ? granted : []) };
}
