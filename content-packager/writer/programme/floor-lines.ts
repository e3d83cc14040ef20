import { type Floors, NO_FLOORS } from '#core/licence/floors.ts';

/** The floors in words, one line each; none when everything counts. */
export function floorLines({ app, metadata, licences }: Floors): string[] {
  return [
    ...(app === NO_FLOORS.app ? [] : [`the app from version ${app} on`]),
    ...(metadata.root === 0 ? [] : [`lists from root ${metadata.root}, snapshot ${metadata.snapshot} on`]),
    ...[...licences].map(([deviceId, serial]) => `licences of ${deviceId} from serial ${serial} on`),
  ];
}
