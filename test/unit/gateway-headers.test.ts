import type { IncomingHttpHeaders } from "node:http";
import { expect, test } from "vitest";
import {
  confineCookie,
  rewriteRequestHeaders,
  rewriteResponseHeaders,
} from "#lib/gateway/headers.ts";

const id = "0123456789abcdefghjkmnpqrs";
const route = {
  id,
  token: "people",
  upstreamToken: "server",
  address: { kind: "unix" as const, path: "/x" },
};

function rewritten(headers: IncomingHttpHeaders, isOwnOrigin = true): IncomingHttpHeaders {
  const request = { headers: { ...headers } };
  rewriteRequestHeaders(request, route, isOwnOrigin);
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
  expect(rewritten({ cookie: "_xsrf=x; mine=1; other=2" }, false).cookie).toBe("_xsrf=x");
  expect(rewritten({ cookie: "other=2" }, false)).not.toHaveProperty("cookie");
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
  expect(confineCookie(cookie, id)).toBe(confined);
});

test.each([
  "colophon_login=x; Path=/",
  "__Host-a=1",
  "__secure-a=1",
  `colophon-session-${id}=x`,
  "nonsense",
])("%s is not a session's to set", (cookie) => {
  expect(confineCookie(cookie, id)).toBeNull();
});

test("what would bind other sessions or the portal is taken out of an answer", () => {
  const headers: IncomingHttpHeaders = {
    "content-type": "text/html",
    "set-cookie": ["colophon_login=x", "a=1; Path=/"],
    "service-worker-allowed": "/",
    "strict-transport-security": "max-age=1",
    "clear-site-data": '"*"',
    "access-control-allow-origin": "*",
    connection: "close",
  };
  rewriteResponseHeaders(headers, id);
  expect(headers).toEqual({
    "content-type": "text/html",
    "set-cookie": [`a=1; Path=/s/${id}/`],
    "referrer-policy": "no-referrer",
  });
});
