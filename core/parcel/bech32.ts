const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** Bytes in Bech32 (BIP 173) behind a lower-case prefix: how age writes recipients. */
export function toBech32(prefix: string, bytes: Uint8Array): string {
  const data = inFives(bytes);
  const expanded = [...prefix].map((character) => character.charCodeAt(0));
  const check = polymod([
    ...expanded.map((code) => code >> 5),
    0,
    ...expanded.map((code) => code & 31),
    ...data,
    ...new Array<number>(6).fill(0),
  ]);
  const checksum = Array.from({ length: 6 }, (_, index) => ((check ^ 1) >> (5 * (5 - index))) & 31);
  return `${prefix}1${[...data, ...checksum].map((five) => ALPHABET.charAt(five)).join('')}`;
}

function inFives(bytes: Uint8Array): number[] {
  const fives: number[] = [];
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      fives.push((held >> bits) & 31);
    }
  }
  if (bits > 0) fives.push((held << (5 - bits)) & 31);
  return fives;
}

function polymod(values: readonly number[]): number {
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    for (const [index, generator] of GENERATOR.entries()) if ((top >> index) & 1) check ^= generator;
  }
  return check >>> 0;
}
