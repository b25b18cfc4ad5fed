import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refuseMalformedAddress } from "#lib/malformed-address.ts";

const server = createServer((request, response) => {
  if (!refuseMalformedAddress(request, response)) response.end("passed on");
});
let url: string;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

test.each(["/p/%zz", "/p/%00", "/api/publications/%E0%A4%A", "/doi/10.5072/x%ff?format=bibtex"])(
  "%s is nobody's fault but the address's",
  async (path) => {
    const response = await fetch(url + path);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ code: "address_malformed", status: 400 });
  },
);

test.each(["/", "/p/%C3%BC", "/api/publications?q=100%", "/files/a%2Fb%25"])(
  "%s is passed on",
  async (path) => {
    expect(await (await fetch(url + path)).text()).toBe("passed on");
  },
);
