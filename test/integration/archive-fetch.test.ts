import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { guardedFetch } from "#lib/archive/guarded-fetch.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(
  listener: RequestListener,
): Promise<{ port: number; requests: { url: string; headers: Record<string, unknown> }[] }> {
  const requests: { url: string; headers: Record<string, unknown> }[] = [];
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? "", headers: request.headers });
    listener(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, requests };
}

const bounds = { maxBytes: 1_000_000, timeoutMs: 5_000 };
const loopback = async () => [{ address: "127.0.0.1", family: 4 }];

async function read(url: string, options: Partial<Parameters<typeof guardedFetch>[1]> = {}) {
  const answer = await guardedFetch(url, { ...bounds, allow: [], ...options });
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return { ...answer, text: Buffer.concat(chunks).toString() };
}

describe("private addresses", () => {
  test.each([
    "http://127.0.0.1",
    "http://localhost",
    "http://[::1]",
    "http://2130706433",
    "http://0x7f.1",
    "http://0",
    "http://169.254.169.254/latest/meta-data",
    "http://[::ffff:169.254.169.254]",
    "http://10.0.0.1",
    "http://192.168.0.1",
  ])("%s is not asked", async (url) => {
    await expect(read(url)).rejects.toMatchObject({ code: "source_forbidden", status: 422 });
  });

  test("are not asked by a name that means one", async () => {
    const { port, requests } = await serve((_request, response) => response.end("secret"));
    await expect(
      read(`http://innocent.example:${port}/`, { resolve: loopback }),
    ).rejects.toMatchObject({ code: "source_forbidden" });
    expect(requests).toEqual([]);
  });

  test("are not asked by way of a redirect", async () => {
    const inner = await serve((_request, response) => response.end("secret"));
    const outer = await serve((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${inner.port}/secret` }).end();
    });
    await expect(
      read(`http://public.example:${outer.port}/`, {
        resolve: loopback,
        allow: [`public.example:${outer.port}`],
      }),
    ).rejects.toMatchObject({ code: "source_forbidden" });
    expect(outer.requests).toHaveLength(1);
    expect(inner.requests).toEqual([]);
  });

  test("are asked where the operator allows host and port", async () => {
    const { port } = await serve((_request, response) => response.end("hello"));
    expect((await read(`http://127.0.0.1:${port}/`, { allow: [`127.0.0.1:${port}`] })).text).toBe(
      "hello",
    );
  });

  test("a name is resolved once: the connection goes to the address that was checked", async () => {
    const { port } = await serve((_request, response) => response.end("hello"));
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: asked === 1 ? "127.0.0.1" : "10.255.255.1", family: 4 }];
    };
    expect(
      (await read(`http://changing.example:${port}/`, { resolve, allow: ["changing.example"] }))
        .text,
    ).toBe("hello");
    expect(asked).toBe(1);
  });
});

test.each([
  "file:///etc/passwd",
  "ftp://example.org",
  "http://user:secret@example.org",
  "gopher://x",
  "nonsense",
])("%s is no address", async (url) => {
  await expect(read(url)).rejects.toMatchObject({ code: "source_invalid" });
});

test("credentials stay with the first origin", async () => {
  const second = await serve((_request, response) => response.end("ok"));
  const first = await serve((_request, response) => {
    response.writeHead(302, { location: `http://127.0.0.1:${second.port}/file` }).end();
  });
  const answer = await read(`http://127.0.0.1:${first.port}/`, {
    allow: ["127.0.0.1"],
    headers: { authorization: "Bearer secret", accept: "x/y" },
  });
  expect(answer).toMatchObject({ text: "ok", url: `http://127.0.0.1:${second.port}/file` });
  expect(first.requests[0]?.headers).toMatchObject({ authorization: "Bearer secret" });
  expect(second.requests[0]?.headers).toMatchObject({ accept: "x/y" });
  expect(second.requests[0]?.headers.authorization).toBeUndefined();
});

test("endless redirects, endless bodies, endless waiting end", async () => {
  const circle = await serve((_request, response) =>
    response.writeHead(302, { location: "/" }).end(),
  );
  await expect(
    read(`http://127.0.0.1:${circle.port}/`, { allow: ["127.0.0.1"] }),
  ).rejects.toMatchObject({ code: "source_redirects" });
  expect(circle.requests.length).toBeLessThan(12);

  const flood = await serve((_request, response) => {
    const pour = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on("drain", pour);
    pour();
  });
  await expect(
    read(`http://127.0.0.1:${flood.port}/`, { allow: ["127.0.0.1"] }),
  ).rejects.toMatchObject({ code: "archive_too_large", status: 413 });

  const silent = await serve(() => undefined);
  await expect(
    read(`http://127.0.0.1:${silent.port}/`, { allow: ["127.0.0.1"], timeoutMs: 100 }),
  ).rejects.toMatchObject({ code: "source_timeout" });

  const trickle = await serve((_request, response) => response.write("x"));
  await expect(
    read(`http://127.0.0.1:${trickle.port}/`, { allow: ["127.0.0.1"], timeoutMs: 100 }),
  ).rejects.toMatchObject({ code: "source_timeout" });
});

test("a body that nobody reads lets go of its connection", async () => {
  const { port } = await serve((_request, response) => response.write("x"));
  const { body } = await guardedFetch(`http://127.0.0.1:${port}/`, {
    ...bounds,
    allow: ["127.0.0.1"],
  });
  const server = servers[0];
  body.destroy();
  await expect
    .poll(() => new Promise((resolve) => server?.getConnections((_error, count) => resolve(count))))
    .toBe(0);
});

test("a host that is not there is said so", async () => {
  const failing = async () => {
    throw Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
  };
  await expect(read("http://nowhere.example/", { resolve: failing })).rejects.toMatchObject({
    code: "source_unreachable",
  });
  await expect(read("http://127.0.0.1:1/", { allow: ["127.0.0.1"] })).rejects.toMatchObject({
    code: "source_unreachable",
  });
});
