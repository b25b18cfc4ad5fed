import { expect, test } from "vitest";
import { classifyHost } from "#lib/gateway/hosts.ts";

const id = "0123456789abcdefghjkmnpqrs";
const local = { gatewayUrl: new URL("http://localhost:3001"), port: 3001 };
const wild = { gatewayUrl: new URL("https://run.example.org"), port: 3001 };

test.each([
  ["localhost:3001", local, "gateway"],
  ["LOCALHOST:3001", local, "gateway"],
  ["127.0.0.1:3001", local, "gateway"],
  ["[::1]:3001", wild, "gateway"],
  ["run.example.org", wild, "gateway"],
])("%s is the gateway's own name", (host, served, kind) => {
  expect(classifyHost(host, served)?.kind).toBe(kind);
});

test("a session's name carries its id", () => {
  const session = { kind: "session", id, takesSecureCookies: true };
  expect(classifyHost(`${id}.localhost:3001`, local)).toEqual(session);
  expect(classifyHost(`${id}.localhost:3001`, wild)).toEqual(session);
  expect(classifyHost(`${id.toUpperCase()}.run.example.org`, wild)).toEqual(session);
});

test("Secure cookies are for TLS and for names below localhost", () => {
  const plain = { gatewayUrl: new URL("http://run.lan"), port: 3001 };
  const takes = (host: string, served: typeof plain) =>
    classifyHost(host, served)?.takesSecureCookies;
  expect(takes(`${id}.run.lan`, plain)).toBe(false);
  expect(takes("run.lan", plain)).toBe(false);
  expect(takes("run.example.org", wild)).toBe(true);
  expect(takes("127.0.0.1:3001", wild)).toBe(false);
});

test.each([
  undefined,
  "",
  "localhost",
  "localhost:3000",
  "evil.example:3001",
  "localhost:3001.evil.example",
  `${id}.evil.example:3001`,
  `${id}.${id}.localhost:3001`,
  `x.localhost:3001`,
  "169.254.169.254",
  "localhost:3001\r\nx: y",
  "localhost:3001, evil",
])("%j is refused", (host) => {
  expect(classifyHost(host, local)).toBeNull();
});
