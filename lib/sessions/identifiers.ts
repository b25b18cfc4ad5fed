import { createHmac, randomBytes } from "node:crypto";

// Crockford's base 32, lower case: no i, l, o, u; legal in a DNS label.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

function base32(bytes: Uint8Array, length: number): string {
  let bits = 0;
  let value = 0;
  let text = "";
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5 && text.length < length) {
      bits -= 5;
      text += alphabet[(value >> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return text;
}

/** A new session id: 26 characters, 130 random bits. */
export function newSessionId(): string {
  return base32(randomBytes(17), 26);
}

/** A new session token: 40 characters, 200 random bits. */
export function newSessionToken(): string {
  return base32(randomBytes(25), 40);
}

/** Whether a text has the form of a session id. */
export function isSessionId(text: string): boolean {
  return /^[0-9a-hjkmnp-tv-z]{26}$/.test(text);
}

/**
 * What the gateway shows to a session's own server. Whatever runs in the session can read it, so it is
 * not the token that people hold, and that cannot be computed from it.
 */
export function upstreamToken(token: string): string {
  return base32(createHmac("sha256", token).update("upstream").digest(), 40);
}

/** What a browser's cookie holds after the first hop, instead of the token. */
export function cookieProof(token: string): string {
  return base32(createHmac("sha256", token).update("cookie").digest(), 40);
}
