/** Where things lie on a stick (formats/stick.md). The same bytes as over the wire, and nothing that they do not protect. */
export const STICK = {
  up: (siteId: string, deviceId: string): string => `leeslicht/${siteId}/up/${deviceId}`,
  down: (siteId: string, deviceId: string): string => `leeslicht/${siteId}/down/${deviceId}`,
  upSites: (siteId: string): string => `leeslicht/${siteId}/up`,
  licenceRequest: 'licence-request.json',
  licence: 'licence.json',
} as const;

/** A parcel's file name: its place first, so that names sort in the order of the sequence. */
export function parcelFile(epoch: number, sequence: number, id: string): string {
  return `${String(epoch).padStart(7, '0')}-${String(sequence).padStart(10, '0')}-${id}.parcel`;
}

/** The id in such a name; undefined for any other file. */
export function parcelIdIn(name: string): string | undefined {
  return /^\d{7,}-\d{10,}-([0-9a-f]{64})\.parcel$/.exec(name)?.[1];
}

/** Names of the station's answer to a parcel, and of the device's acknowledgement of one. */
export const answerFile = {
  receipt: (id: string): string => `${id}.receipt.json`,
  refusal: (id: string): string => `${id}.refusal.json`,
  ack: (id: string): string => `${id}.ack.json`,
} as const;
