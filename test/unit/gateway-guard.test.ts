import { expect, test } from "vitest";
import { cookieName } from "#lib/gateway/cookies.ts";
import { isFromOwnPages, prove } from "#lib/gateway/guard.ts";
import type { HostKind } from "#lib/gateway/hosts.ts";
import { readSessionPath } from "#lib/gateway/request-path.ts";
import { cookieProof, upstreamToken } from "#lib/sessions/identifiers.ts";

const id = "0123456789abcdefghjkmnpqrs";
const other = "1123456789abcdefghjkmnpqrs";
const token = "right".repeat(8);
const keys = { token, upstreamToken: upstreamToken(token), cookieProof: cookieProof(token) };
const own: HostKind = { kind: "session", id, takesSecureCookies: true };
const shared: HostKind = { kind: "gateway", takesSecureCookies: false };

function how(headers: Record<string, string>, query = "", host = own): string | null {
  const path = readSessionPath(`/s/${id}/api${query}`);
  if (!path) throw new Error("not a path");
  return prove({ headers }, path, keys, host);
}

const cookie = `${cookieName(id, own)}=${cookieProof(token)}`;
const pathCookie = `${cookieName(id, shared)}=${cookieProof(token)}`;

test.each([
  [{ authorization: `token ${token}` }, "", "header"],
  [{ authorization: `Bearer ${token}` }, "", "header"],
  [{ authorization: `bearer  ${token} ` }, "", "header"],
  [{}, `?token=${token}`, "query"],
  [{ cookie }, "", "cookie"],
  // What JupyterLab's own pages send.
  [{ authorization: `token ${upstreamToken(token)}`, cookie }, "", "cookie"],
  [{ cookie }, `?token=${upstreamToken(token)}`, "cookie"],
  [{ cookie: `a=b; ${cookieName(id, own)}=old; ${cookie}` }, "", "cookie"],
])("%j%s is a proof", (headers, query, proof) => {
  expect(how(headers, query)).toBe(proof);
});

test.each([
  [{}, ""],
  [{ authorization: "token wrong" }, ""],
  [{ authorization: token }, ""],
  [{ authorization: `token ${upstreamToken(token)}` }, ""],
  [{}, `?token=${upstreamToken(token)}`],
  [{ authorization: `Basic ${token}` }, ""],
  [{ authorization: "token wrong", cookie }, ""],
  [{ authorization: "token wrong" }, `?token=${token}`],
  [{}, "?token="],
  [{}, "?token=wrong"],
  [{}, `?token=${token}&token=${token}`],
  [{ cookie }, "?token=wrong"],
  [{ cookie: `${cookieName(id, own)}=${token}` }, ""],
  [{ cookie: `${cookieName(other, shared)}=${cookieProof(token)}` }, ""],
  // Any neighbour below the same domain can set this one.
  [{ cookie: pathCookie }, ""],
  [{ cookie: `${cookieName(id, own)}=` }, ""],
])("%j%s is none", (headers, query) => {
  expect(how(headers, query)).toBeNull();
});

test("under the gateway's shared name the cookie is the one that is bound to the session's path", () => {
  expect(how({ cookie: pathCookie }, "", shared)).toBe("cookie");
  expect(how({ cookie }, "", shared)).toBeNull();
});

test.each([
  [{ "sec-fetch-site": "same-origin", origin: "http://a.localhost:3001" }, "POST", true],
  [{}, "GET", true],
  [{ "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }, "GET", true],
  [
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
    "GET",
    true,
  ],
  [{ "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" }, "GET", false],
  [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }, "GET", false],
  [
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
    "POST",
    false,
  ],
  [
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
    "GET",
    true,
  ],
  [
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
    "POST",
    false,
  ],
  [
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "object" },
    "GET",
    false,
  ],
  [{ origin: "http://b.localhost:3001" }, "POST", false],
  [{ origin: "null" }, "POST", false],
  [{ origin: "http://a.localhost" }, "GET", false],
])("with a cookie, %j %s: %s", (headers, method, allowed) => {
  const request = { method, headers: { host: "a.localhost:3001", ...headers } };
  expect(isFromOwnPages(request, own)).toBe(allowed);
});

test("under the gateway's shared name nothing opens in a frame of another site", () => {
  const framed = {
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "iframe",
  };
  const request = { method: "GET", headers: { host: "localhost:3001", ...framed } };
  expect(isFromOwnPages(request, shared)).toBe(false);
});
