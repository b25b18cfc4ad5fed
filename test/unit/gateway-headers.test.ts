import type { IncomingHttpHeaders } from "node:http";
import { expect, test } from "vitest";
import { confineCookie, sessionCookie } from "#lib/gateway/cookies.ts";
import { withFrameAncestors } from "#lib/gateway/framing.ts";
import { rewriteRequestHeaders, rewriteResponseHeaders } from "#lib/gateway/headers.ts";
import type { HostKind } from "#lib/gateway/hosts.ts";

const id = "0123456789abcdefghjkmnpqrs";
const route = {
  id,
  token: "people",
  upstreamToken: "server",
  cookieProof: "browser",
  address: { kind: "unix" as const, path: "/x" },
};
const own: HostKind = { kind: "session", id, takesSecureCookies: true };
const plain: HostKind = { kind: "session", id, takesSecureCookies: false };
const shared: HostKind = { kind: "gateway", takesSecureCookies: false };

function rewritten(headers: IncomingHttpHeaders, host = own): IncomingHttpHeaders {
  const request = { headers: { ...headers } };
  rewriteRequestHeaders(request, route, host);
  return request.headers;
}

test("the server sees its own token, never ours, and nothing that belongs to this hop or to the portal", () => {
  const headers = rewritten({
    host: "localhost:3001",
    authorization: "token people",
    cookie: `colophon_login=l; __Host-colophon_login=h; colophon-session-${id}=proof; _xsrf=x; mine=1`,
    connection: "keep-alive, X-Secret",
    "x-secret": "1",
    te: "trailers",
    "proxy-authorization": "Basic x",
    "x-forwarded-for": "1.2.3.4",
    "x-forwarded-host": "evil",
    forwarded: "for=1.2.3.4",
    referer: "http://localhost/?token=people",
    origin: "http://localhost:3001",
    accept: "*/*",
  });
  expect(headers).toEqual({
    host: "localhost:3001",
    authorization: "token server",
    cookie: "_xsrf=x; mine=1",
    accept: "*/*",
  });
});

test("under the gateway's shared name only the server's own request check keeps its cookie", () => {
  expect(rewritten({ cookie: "_xsrf=x; mine=1; other=2" }, shared).cookie).toBe("_xsrf=x");
  expect(rewritten({ cookie: "other=2" }, shared)).not.toHaveProperty("cookie");
});

test("an upgrade keeps what makes it one", () => {
  const headers = rewritten({ connection: "Upgrade", upgrade: "websocket" });
  expect(headers).toMatchObject({ connection: "Upgrade", upgrade: "websocket" });
});

test.each([
  ["a=1; Path=/; Domain=localhost; HttpOnly", `a=1; HttpOnly; Path=/s/${id}/`],
  ["a=1; domain=.example.org; path=/s/other/", `a=1; Path=/s/${id}/`],
  ["a=1", `a=1; Path=/s/${id}/`],
])("%s is confined", (cookie, confined) => {
  expect(confineCookie(cookie, id, shared)).toBe(confined);
  expect(confineCookie(cookie, id, plain)).toBe(confined);
});

test("in the portal's frame a server's cookies are kept like the gateway's own", () => {
  const framed = `Path=/s/${id}/; Secure; SameSite=None; Partitioned`;
  expect(confineCookie("_xsrf=x; Path=/; SameSite=Lax", id, own)).toBe(`_xsrf=x; ${framed}`);
  expect(confineCookie("a=1; samesite = strict; Secure; Max-Age=5", id, own)).toBe(
    `a=1; Max-Age=5; ${framed}`,
  );
});

test("the gateway's cookie is the origin's alone where browsers allow that, else the path's", () => {
  expect(sessionCookie(id, "proof", own)).toBe(
    "__Host-colophon-session=proof; Path=/; HttpOnly; Secure; SameSite=None; Partitioned",
  );
  const bound = `colophon-session-${id}=proof; Path=/s/${id}/; HttpOnly; SameSite=Lax`;
  expect(sessionCookie(id, "proof", plain)).toBe(bound);
  expect(sessionCookie(id, "proof", shared)).toBe(bound);
  expect(sessionCookie(id, "proof", { ...shared, takesSecureCookies: true })).toBe(
    `${bound}; Secure`,
  );
});

test.each([
  "colophon_login=x; Path=/",
  "__Host-a=1",
  "__secure-a=1",
  `colophon-session-${id}=x`,
  "nonsense",
])("%s is not a session's to set", (cookie) => {
  expect(confineCookie(cookie, id, own)).toBeNull();
  expect(confineCookie(cookie, id, shared)).toBeNull();
});

test("what would bind other sessions or the portal is taken out of an answer", () => {
  const headers: IncomingHttpHeaders = {
    "content-type": "text/html",
    "set-cookie": ["colophon_login=x", "a=1; Path=/"],
    "service-worker-allowed": "/",
    "strict-transport-security": "max-age=1",
    "clear-site-data": '"*"',
    "access-control-allow-origin": "*",
    "x-frame-options": "SAMEORIGIN",
    connection: "close",
  };
  rewriteResponseHeaders(headers, { id, host: shared, portalOrigin: "http://portal.example" });
  expect(headers).toEqual({
    "content-type": "text/html",
    "set-cookie": [`a=1; Path=/s/${id}/`],
    "referrer-policy": "no-referrer",
    "content-security-policy": "frame-ancestors 'self'",
  });
});

test("the portal alone may frame a session, whatever its server says; the server's other words stay", () => {
  const headers: IncomingHttpHeaders = {
    "content-security-policy": "frame-ancestors *; sandbox allow-scripts, Frame-Ancestors 'none'",
  };
  rewriteResponseHeaders(headers, { id, host: own, portalOrigin: "http://portal.example" });
  expect(headers["content-security-policy"]).toBe(
    "frame-ancestors 'self' http://portal.example, sandbox allow-scripts",
  );
});

test.each([
  [undefined, "A"],
  ["", "A"],
  ["frame-ancestors 'self'; report-uri /s/x/api", "A, report-uri /s/x/api"],
  [" ; frame-ancestors\t*;; default-src 'self' ", "A, default-src 'self'"],
  ["frame-ancestors", "A"],
  ["x-frame-ancestors-like 1", "A, x-frame-ancestors-like 1"],
])("the policy %j becomes %j", (policy, expected) => {
  expect(withFrameAncestors(policy, "A")).toBe(expected);
});
