import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Addresses, contentPolicy, guardAnswer, permissionsPolicy } from "#lib/page-policy.ts";

const local: Addresses = {
  url: "http://localhost:3000",
  gatewayUrl: "http://localhost:3001",
  gatewayHasWildcard: true,
};
const world: Addresses = {
  url: "https://colophon.example",
  gatewayUrl: "https://sessions.example",
  gatewayHasWildcard: true,
};

function sources(policy: string, directive: string): string[] {
  const found = policy.split("; ").find((each) => each.startsWith(`${directive} `));
  return found?.split(" ").slice(1) ?? [];
}

let stop: (() => void) | undefined;
afterEach(() => stop?.());

async function ask(handler: RequestListener, addresses = local, headers = {}): Promise<Response> {
  const server = createServer((request, response) => {
    guardAnswer(request, response, addresses);
    handler(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stop = () => server.close();
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { headers });
}

describe("the portal's content security policy", () => {
  it("runs only what carries the answer's nonce: no inline script, none of the files served here", () => {
    expect(sources(contentPolicy("abc", local), "script-src")).toEqual([
      "'nonce-abc'",
      "'strict-dynamic'",
    ]);
  });

  it("connects to itself and to sessions, over HTTP and WebSocket", () => {
    expect(sources(contentPolicy("abc", local), "connect-src")).toEqual([
      "'self'",
      "http://localhost:3001",
      "http://*.localhost:3001",
      "ws://localhost:3001",
      "ws://*.localhost:3001",
    ]);
    expect(sources(contentPolicy("abc", world), "connect-src")).toContain(
      "wss://*.sessions.example",
    );
  });

  it("frames itself and sessions alone, so that an output cannot lead its frame elsewhere", () => {
    expect(
      sources(contentPolicy("abc", { ...world, gatewayHasWildcard: false }), "frame-src"),
    ).toEqual(["'self'", "https://sessions.example"]);
    expect(sources(contentPolicy("abc", world), "frame-ancestors")).toEqual(["'self'"]);
  });
});

describe("the portal's permissions policy", () => {
  it("denies devices and grants copying to the page and its sessions", () => {
    const policy = permissionsPolicy(world).split(", ");
    expect(policy).toContain("camera=()");
    expect(policy).toContain("geolocation=()");
    expect(policy).toContain(
      'clipboard-write=(self "https://sessions.example" "https://*.sessions.example")',
    );
  });
});

describe("an answer of the portal", () => {
  it("carries a nonce that Next finds in the request, another one each time", async () => {
    const seen: unknown[] = [];
    const handler: RequestListener = (request, response) => {
      seen.push(request.headers["content-security-policy"]);
      response.end("page");
    };
    const first = await ask(handler);
    stop?.();
    const second = await ask(handler);
    expect(first.headers.get("content-security-policy")).toBe(seen[0]);
    expect(second.headers.get("content-security-policy")).toBe(seen[1]);
    expect(seen[0]).not.toBe(seen[1]);
  });

  it("does not take a nonce from whoever asks", async () => {
    const forged = "script-src 'nonce-mine'";
    const answer = await ask(
      (request, response) => response.end(String(request.headers["content-security-policy"])),
      local,
      { "content-security-policy": forged },
    );
    expect(await answer.text()).not.toContain("nonce-mine");
  });

  it("keeps the policy that it states itself, whichever way it does", async () => {
    const sandbox = "sandbox; default-src 'none'";
    const set = await ask((_request, response) => {
      response.setHeader("content-security-policy", sandbox);
      response.end("file");
    });
    expect(set.headers.get("content-security-policy")).toBe(sandbox);
    stop?.();
    const written = await ask((_request, response) =>
      response.writeHead(200, { "Content-Security-Policy": sandbox }).end("file"),
    );
    expect(written.headers.get("content-security-policy")).toBe(sandbox);
    expect(written.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("asks for HTTPS for good where the portal has it, and only there", async () => {
    const plain = await ask((_request, response) => response.end());
    expect(plain.headers.has("strict-transport-security")).toBe(false);
    stop?.();
    const secure = await ask((_request, response) => response.end(), world);
    expect(secure.headers.get("strict-transport-security")).toMatch(/^max-age=\d{8}/);
  });
});
