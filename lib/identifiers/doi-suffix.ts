import { randomInt } from "node:crypto";

/** Crockford's alphabet: no i, l, o, u. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const limit = 2 ** 30;

/**
 * The DOI suffix for a number from 0 up to 2^30: six base 32 digits and the two decimal digits of an ISO 7064 mod 97-10 checksum,
 * `003r-j076`. The scheme is DataCite's own (github.com/datacite/base32-url).
 */
export function encodeSuffix(number: number): string {
  if (!Number.isInteger(number) || number < 0 || number >= limit) {
    throw new RangeError("a DOI suffix encodes a whole number from 0 up to 2^30");
  }
  let digits = "";
  for (let rest = number; digits.length < 6; rest = Math.floor(rest / 32)) {
    digits = alphabet.charAt(rest % 32) + digits;
  }
  const checked = digits + String(checksum(number)).padStart(2, "0");
  return `${checked.slice(0, 4)}-${checked.slice(4)}`;
}

/** The number that a suffix encodes, whatever its case; null where it is none or its checksum is wrong. */
export function decodeSuffix(suffix: string): number | null {
  const match = /^([0-9a-hjkmnp-tv-z]{4})-?([0-9a-hjkmnp-tv-z]{2})(\d\d)$/i.exec(suffix);
  if (!match) return null;
  let number = 0;
  for (const digit of `${match[1]}${match[2]}`.toLowerCase()) {
    number = number * 32 + alphabet.indexOf(digit);
  }
  return checksum(number) === Number(match[3]) ? number : null;
}

/** A suffix for a number drawn by the system's cryptographic generator. */
export function randomSuffix(): string {
  return encodeSuffix(randomInt(limit));
}

function checksum(number: number): number {
  return 98 - ((100 * number) % 97);
}
