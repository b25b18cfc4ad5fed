import { expect, test } from "vitest";
import {
  cookieProof,
  isSessionId,
  newSessionId,
  newSessionToken,
  upstreamToken,
} from "#lib/sessions/identifiers.ts";

test("ids are 26 characters of Crockford's base 32, legal as a DNS label, and never the same", () => {
  const ids = Array.from({ length: 2_000 }, newSessionId);
  for (const id of ids) expect(isSessionId(id)).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  // Every position varies: no bit of the 130 is constant.
  for (let at = 0; at < 26; at += 1) {
    expect(new Set(ids.map((id) => id[at])).size).toBe(32);
  }
});

test("what the session's own server and the browser's cookie hold does not reveal the token", () => {
  const token = newSessionToken();
  expect(token).toMatch(/^[0-9a-hjkmnp-tv-z]{40}$/);
  const derived = [upstreamToken(token), cookieProof(token)];
  expect(new Set([token, ...derived]).size).toBe(3);
  expect(upstreamToken(token)).toBe(derived[0]);
  expect(upstreamToken(newSessionToken())).not.toBe(derived[0]);
});

test.each(["", "a", "../../etc", "0".repeat(25), "0".repeat(27), "I".repeat(26), "u".repeat(26)])(
  "%j is no session id",
  (text) => {
    expect(isSessionId(text)).toBe(false);
  },
);
