import { once } from "node:events";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isListed, parseAuthority } from "#lib/sessions/egress/allow-list.ts";
import { createProxy } from "#lib/sessions/egress/proxy.ts";

const publicAddress = "93.184.215.14";
const names: Record<string, string> = {
  "data.example.org": publicAddress,
  "rebound.example.org": "127.0.0.1",
  "metadata.example.org": "169.254.169.254",
  "inside.example.org": "10.0.0.7",
};
const dialled: string[] = [];
const behind = http.createServer((request, response) => {
  response.end(
    `${request.method} ${request.url} ${request.headers.host} ${request.headers["proxy-connection"]}`,
  );
});
const port = (server: net.Server) => (server.address() as AddressInfo).port;
let proxy: http.Server;

beforeAll(async () => {
  await once(behind.listen(0, "127.0.0.1"), "listening");
  const own = port(behind);
  proxy = createProxy({
    list: [...Object.keys(names), "127.0.0.1", `localhost:${own}`, "data.example.org:8443"],
    resolve: async (host) => [{ address: names[host] ?? "127.0.0.1", family: 4 }],
    dial: (address) => {
      dialled.push(address);
      return net.connect({ host: "127.0.0.1", port: own });
    },
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => {
  proxy.closeAllConnections();
  proxy.close();
  behind.close();
});

async function get(url: string, headers = {}): Promise<{ status: number; body: string }> {
  const request = http.get({ host: "127.0.0.1", port: port(proxy), path: url, headers });
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  let body = "";
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode ?? 0, body };
}

/** What the proxy answers to CONNECT, and with it to a request through the tunnel. */
async function tunnel(authority: string): Promise<string> {
  const socket = net.connect(port(proxy), "127.0.0.1");
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n\r\n`);
  let text = "";
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.endsWith("established\r\n\r\n")) {
      socket.write("GET /through HTTP/1.1\r\nhost: inner\r\nconnection: close\r\n\r\n");
    }
  }
  return text;
}

test("what is listed is reached at the address that was checked, by its own name", async () => {
  dialled.length = 0;
  const headers = { host: "other.example.org", "proxy-connection": "keep-alive" };
  expect(await get("http://data.example.org/a?b=1", headers)).toEqual({
    status: 200,
    body: "GET /a?b=1 data.example.org undefined",
  });
  expect(await tunnel("data.example.org:443")).toContain("GET /through inner");
  expect(dialled).toEqual([publicAddress, publicAddress]);
});

describe.each([
  ["a host that is not listed", "elsewhere.example.org:443"],
  ["another port of a listed host", "data.example.org:22"],
  ["a listed name that leads to loopback", "rebound.example.org:443"],
  ["a listed name that leads to the metadata service", "metadata.example.org:80"],
  ["a listed name that leads to a private network", "inside.example.org:443"],
  ["a listed address of loopback", "127.0.0.1:80"],
])("%s", (_, authority) => {
  test("is denied, and nothing is dialled", async () => {
    dialled.length = 0;
    expect(await tunnel(authority)).toMatch(/^HTTP\/1\.1 403 /);
    expect((await get(`http://${authority}/`)).status).toBe(403);
    expect(dialled).toEqual([]);
  });
});

test("a test server on loopback is denied even where the list names its port", async () => {
  expect(await tunnel(`localhost:${port(behind)}`)).toMatch(/^HTTP\/1\.1 403 /);
});

test.each([
  "",
  "data.example.org",
  "user@data.example.org:443",
  "data.example.org:0",
  "a b:80",
  "/",
])("%j is no destination", async (authority) => {
  expect(parseAuthority(authority)).toBeNull();
  if (authority) expect(await tunnel(authority.replace(" ", "%20"))).toMatch(/ 40[03] /);
});

test("entries: ports, case, names below a host", () => {
  const listed = (host: string, to: number, entry: string) => isListed({ host, port: to }, [entry]);
  expect(listed("pypi.org", 443, "PyPI.org")).toBe(true);
  expect(listed("pypi.org", 8080, "pypi.org")).toBe(false);
  expect(listed("pypi.org", 8080, "pypi.org:8080")).toBe(true);
  expect(listed("pypi.org", 443, "pypi.org:8080")).toBe(false);
  expect(listed("files.pypi.org", 443, "*.pypi.org")).toBe(true);
  expect(listed("evilpypi.org", 443, "*.pypi.org")).toBe(false);
  expect(listed("files.pypi.org", 443, "pypi.org")).toBe(false);
});
