import { once } from "node:events";
import http from "node:http";
import { connect } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { testDatabase } from "#test/support/database.ts";
import { insertSession } from "#test/support/sessions-rows.ts";

const port = 3395;
process.env.GATEWAY_PORT = String(port);
process.env.COLOPHON_URL = "http://portal.example";
process.env.COLOPHON_CORS_ORIGINS = "http://friend.example";
const { dataDirectory } = await testDatabase();
const { startGateway } = await import("#lib/gateway/index.ts");
const { upstreamToken } = await import("#lib/sessions/index.ts");
const { changeSessionState } = await import("#lib/sessions/state.ts");
const { db } = await import("#lib/db/index.ts");

const base = `http://127.0.0.1:${port}`;
const upstream = http.createServer();
const sockets = new WebSocketServer({ noServer: true });
const address = { kind: "unix" as const, path: path.join(dataDirectory, "server.sock") };
let gateway: Awaited<ReturnType<typeof startGateway>>;
let session: { id: string; token: string };
/** What the server behind last received. */
let received: http.IncomingMessage | undefined;

const megabytes = 64;

beforeAll(async () => {
  upstream.on("request", (request, response) => {
    received = request;
    if (request.url?.endsWith("/large")) {
      const chunk = Buffer.alloc(1024 * 1024, 7);
      let left = megabytes;
      const more = () => {
        while (left > 0) {
          left -= 1;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
        response.end();
      };
      return more();
    }
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on("end", () => {
      if (request.url?.endsWith("/one-cookie")) response.setHeader("set-cookie", "only=1; Path=/");
      else
        response.setHeader("set-cookie", [
          "a=1; Path=/; Domain=localhost",
          "colophon_login=evil; Path=/",
        ]);
      response.setHeader("service-worker-allowed", "/");
      response.end(JSON.stringify({ url: request.url, method: request.method, bytes }));
    });
  });
  upstream.on("upgrade", (request, socket, head) => {
    received = request;
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on("message", (data, isBinary) => client.send(data, { binary: isBinary }));
    });
  });
  upstream.listen(address.path);
  gateway = await startGateway({ port, bind: "127.0.0.1" });
  session = await insertSession(address);
});
afterAll(async () => {
  await gateway.close();
  sockets.close();
  upstream.close();
  upstream.closeAllConnections();
});

function get(
  url: string,
  headers: Record<string, string> = {},
  init: RequestInit = {},
): Promise<Response> {
  return fetch(new URL(url, base), { redirect: "manual", ...init, headers });
}

/** As a browser that goes to a page of a session's own origin. Node's fetch cannot set Host. */
function navigate(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }> {
  return new Promise((resolve, reject) => {
    const request = http.get(
      {
        port,
        host: "127.0.0.1",
        path: url,
        agent: false,
        headers: { "sec-fetch-mode": "navigate", accept: "text/html", ...headers },
      },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        });
      },
    );
    request.on("error", reject);
  });
}

/** Sends bytes as they are and gives everything that comes back. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(bytes);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.setTimeout(3_000, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  await once(socket, "close");
  return Buffer.concat(chunks).toString();
}

test("a request with the token passes, rewritten; without it nothing reaches the server", async () => {
  const url = `/s/${session.id}/api/contents`;
  received = undefined;
  for (const headers of [{}, { authorization: "token nonsense" }, { cookie: "a=b" }] as Record<
    string,
    string
  >[]) {
    const refused = await get(url, headers);
    expect(refused.status).toBe(403);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(await refused.json()).toMatchObject({ code: "session_token_required" });
  }
  expect((await get(`${url}?token=${session.token.slice(1)}`)).status).toBe(403);
  expect(received).toBeUndefined();

  for (const [query, headers] of [
    [`?token=${session.token}&x=1`, {}],
    ["?x=1", { authorization: `token ${session.token}` }],
    ["?x=1", { authorization: `Bearer ${session.token}` }],
  ] as const) {
    const response = await get(url + query, headers);
    expect(await response.json()).toMatchObject({ url: `${url}?x=1` });
    expect(response.headers.getSetCookie()).toEqual([`a=1; Path=/s/${session.id}/`]);
    expect(response.headers.get("service-worker-allowed")).toBeNull();
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect((received as http.IncomingMessage | undefined)?.headers.authorization).toBe(
      `token ${upstreamToken(session.token)}`,
    );
  }
});

test("a single cookie is confined like several", async () => {
  const answer = await get(`/s/${session.id}/one-cookie?token=${session.token}`);
  expect(answer.headers.getSetCookie()).toEqual([`only=1; Path=/s/${session.id}/`]);
});

test("one session's token does not open another", async () => {
  const other = await insertSession(address);
  expect((await get(`/s/${other.id}/api?token=${session.token}`)).status).toBe(403);
  expect((await get(`/s/${other.id}/api?token=${other.token}`)).status).toBe(200);
});

test("a browser is led to the session's own origin, and there swaps the token for a cookie", async () => {
  const shared = await navigate(`/s/${session.id}/lab?reset&token=${session.token}`, {
    host: `localhost:${port}`,
  });
  const own = `${session.id}.localhost:${port}`;
  expect(shared.status).toBe(302);
  expect(shared.headers.location).toBe(
    `http://${own}/s/${session.id}/lab?reset&token=${session.token}`,
  );
  expect(shared.headers["set-cookie"]).toBeUndefined();

  const first = await navigate(`/s/${session.id}/lab?reset=1&token=${session.token}`, {
    host: own,
  });
  expect(first.headers.location).toBe(`/s/${session.id}/lab?reset=1`);
  const [cookie = ""] = first.headers["set-cookie"] ?? [];
  expect(cookie).toMatch(
    /^__Host-colophon-session=\w+; Path=\/; HttpOnly; Secure; SameSite=None; Partitioned$/,
  );
  expect(cookie).not.toContain(session.token);

  const pair = cookie.split(";")[0] ?? "";
  const page = await navigate(`/s/${session.id}/lab`, { host: own, cookie: pair });
  expect(page.status).toBe(200);
  expect(page.headers["content-security-policy"]).toBe(
    "frame-ancestors 'self' http://portal.example",
  );
  expect(received?.headers.cookie).toBeUndefined();
  // The cookie helps no other site's page, and no other session's.
  const foreign = {
    host: own,
    cookie: pair,
    "sec-fetch-mode": "cors",
    "sec-fetch-site": "same-site",
  };
  expect((await navigate(`/s/${session.id}/api`, foreign)).status).toBe(403);
  const other = await insertSession(address);
  expect(
    (await navigate(`/s/${other.id}/lab`, { host: `${other.id}.localhost:${port}`, cookie: pair }))
      .status,
  ).toBe(403);
  expect(
    (
      await navigate(`/s/${session.id}/lab`, {
        host: `${other.id}.localhost:${port}`,
        cookie: pair,
      })
    ).status,
  ).toBe(404);
});

test("in a frame a session opens with its link and then with its cookie, and nothing else is asked from there", async () => {
  const host = `${session.id}.localhost:${port}`;
  const framed = { host, "sec-fetch-site": "cross-site", "sec-fetch-dest": "iframe" };
  const first = await navigate(`/s/${session.id}/lab?token=${session.token}`, framed);
  expect(first.status).toBe(302);
  const cookie = first.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  const page = await navigate(`/s/${session.id}/lab`, { ...framed, cookie });
  expect(page.status).toBe(200);
  const policy = "frame-ancestors 'self' http://portal.example";
  expect(page.headers["content-security-policy"]).toBe(policy);
  const asked = { ...framed, cookie, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" };
  expect((await navigate(`/s/${session.id}/api`, asked)).status).toBe(403);
  // What stands in for a session is shown in the same frame, and its link leads out of it.
  const refused = await navigate(`/s/${session.id}/lab`, framed);
  expect(refused.status).toBe(403);
  expect(refused.headers["content-security-policy"]).toContain(policy);
  expect(refused.text).toContain(
    `href="http://portal.example/session/${session.id}" target="_top"`,
  );
});

test("people get a page with a way back, programs problem+json", async () => {
  const page = await navigate("/nowhere", { host: `localhost:${port}` });
  expect(page.status).toBe(404);
  expect(page.text).toContain('<a href="http://portal.example/" target="_top">');
  expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
  const starting = await insertSession(address, "starting");
  const wait = await navigate(`/s/${starting.id}/`, { host: `localhost:${port}` });
  expect(wait.status).toBe(503);
  expect(wait.headers["retry-after"]).toBe("2");
  expect(wait.text).toContain(`http://portal.example/session/${starting.id}`);
  const gone = await insertSession({ kind: "unix", path: path.join(dataDirectory, "gone.sock") });
  const unreachable = await get(`/s/${gone.id}/api?token=${gone.token}`);
  expect(unreachable.status).toBe(502);
  expect(await unreachable.json()).toMatchObject({ code: "session_unreachable" });
  const unknown = await get("/s/0123456789abcdefghjkmnpqrs/api");
  expect([unknown.status, ((await unknown.json()) as { code: string }).code]).toEqual([
    404,
    "session_not_found",
  ]);
});

test("unknown hosts, foreign paths and smuggling shapes are refused and reach nobody", async () => {
  received = undefined;
  const start = `GET /s/${session.id}/api?token=${session.token} HTTP/1.1\r\n`;
  const host = `Host: localhost:${port}\r\n`;
  const statusOf = async (bytes: string) => Number((await raw(bytes)).split(" ")[1]);
  const post = start.replace("GET", "POST");
  expect(await statusOf(`${start}Host: evil.example\r\nConnection: close\r\n\r\n`)).toBe(421);
  expect(await statusOf(`${start}Connection: close\r\n\r\n`)).toBe(400);
  expect(
    await statusOf(
      `GET http://localhost:${port}/s/${session.id}/ HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    ),
  ).toBe(400);
  expect(
    await statusOf(`GET /s/${session.id}/../x HTTP/1.1\r\n${host}Connection: close\r\n\r\n`),
  ).toBe(404);
  expect(
    await statusOf(
      `${post}${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ),
  ).toBe(400);
  expect(await statusOf(`${post}${host}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`)).toBe(
    400,
  );
  expect(await statusOf(`${post}${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`)).toBe(400);
  expect(await statusOf(`${start}${host}X: a\nY: b\r\n\r\n`)).toBe(400);
  expect(await statusOf(`${start}${host} folded: x\r\n\r\n`)).toBe(400);
  expect(
    await statusOf(
      `${start}${host}Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 4\r\n\r\nGET `,
    ),
  ).toBe(400);
  expect(await statusOf(`${start}${host}Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n`)).toBe(400);
  expect(received).toBeUndefined();
});

async function opens(url: string, options: WebSocket.ClientOptions): Promise<WebSocket | number> {
  const client = new WebSocket(`ws://127.0.0.1:${port}${url}`, options);
  return await new Promise((resolve, reject) => {
    client.on("open", () => resolve(client));
    client.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    client.on("error", reject);
  });
}

test("a WebSocket needs the token and a page of the session's own, and carries messages whole", async () => {
  received = undefined;
  const url = `/s/${session.id}/api/kernels/1/channels`;
  expect(await opens(url, {})).toBe(403);
  expect(await opens(`${url}?token=nonsense`, {})).toBe(403);
  expect(await opens(`${url}?token=${session.token}`, { origin: "http://evil.example" })).toBe(403);
  expect(await opens(`${url}?token=${session.token}`, { origin: "null" })).toBe(403);
  expect(received).toBeUndefined();

  for (const origin of [undefined, `http://127.0.0.1:${port}`, "http://portal.example"]) {
    const client = await opens(`${url}?token=${session.token}`, origin ? { origin } : {});
    if (typeof client === "number") throw new Error(`refused with ${client}`);
    const large = Buffer.alloc(3 * 1024 * 1024, 5);
    client.send(large);
    const [echo] = (await once(client, "message")) as [Buffer];
    expect(echo.equals(large)).toBe(true);
    client.close();
    await once(client, "close");
  }
});

test("messages and writes count as activity, reading does not", async () => {
  const mine = await insertSession(address);
  const activeAt = async () => {
    const row = await db().session.findUniqueOrThrow({ where: { id: mine.id } });
    return row.lastActivityAt.getTime();
  };
  const before = await activeAt();
  await get(`/s/${mine.id}/api/sessions?token=${mine.token}`);
  const layout = `/s/${mine.id}/lab/api/workspaces/default?token=${mine.token}`;
  await get(layout, {}, { method: "PUT", body: "{}" });
  await gateway.close();
  gateway = await startGateway({ port, bind: "127.0.0.1" });
  expect(await activeAt()).toBe(before);
  // Restarting the gateway dropped no route.
  const put = await get(
    `/s/${mine.id}/api/contents/a?token=${mine.token}`,
    {},
    { method: "PUT", body: "{}" },
  );
  expect(put.status).toBe(200);
  await gateway.close();
  gateway = await startGateway({ port, bind: "127.0.0.1" });
  expect(Math.abs((await activeAt()) - Date.now())).toBeLessThan(20_000);
});

test("messages of kernels count as activity, what a server reports of being read does not", async () => {
  const mine = await insertSession(address);
  const talk = async (path: string) => {
    const client = await opens(`/s/${mine.id}/${path}?token=${mine.token}`, {});
    if (typeof client === "number") throw new Error(`refused with ${client}`);
    // Opening it counts by itself: only what comes afterwards is looked at.
    await longAgo();
    client.send("hello");
    await once(client, "message");
    client.close();
    await once(client, "close");
    await gateway.close();
    gateway = await startGateway({ port, bind: "127.0.0.1" });
    const row = await db().session.findUniqueOrThrow({ where: { id: mine.id } });
    return row.lastActivityAt.getTime();
  };
  const longAgo = async () => {
    await written(mine.id);
    await db().session.update({ where: { id: mine.id }, data: { lastActivityAt: new Date(0) } });
  };
  expect(await talk("api/events/subscribe")).toBe(0);
  expect(await talk("api/kernels/1/channels")).toBeGreaterThan(0);
});

/** Resolves once the gateway has written down that a session was used. */
async function written(id: string): Promise<void> {
  await expect
    .poll(async () => {
      const row = await db().session.findUniqueOrThrow({ where: { id } });
      return Date.now() - row.lastActivityAt.getTime();
    })
    .toBeLessThan(20_000);
}

test("large bodies are streamed both ways", async () => {
  const auth = { authorization: `token ${session.token}` };
  const answer = await get(`/s/${session.id}/large`, auth);
  let bytes = 0;
  for await (const chunk of answer.body ?? []) bytes += chunk.length;
  expect(bytes).toBe(megabytes * 1024 * 1024);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let n = 0; n < 32; n += 1) controller.enqueue(new Uint8Array(1024 * 1024));
      controller.close();
    },
  });
  const init: RequestInit & { duplex: "half" } = { method: "PUT", body, duplex: "half" };
  const sent = await get(`/s/${session.id}/up`, auth, init);
  expect(await sent.json()).toMatchObject({ bytes: 32 * 1024 * 1024 });
});

test("pages of allowed origins may ask with a token, others may not read", async () => {
  const ask = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization",
  };
  const url = `/s/${session.id}/api/kernels`;
  const yes = await get(url, { ...ask, origin: "http://portal.example" }, { method: "OPTIONS" });
  expect(yes.status).toBe(204);
  expect(yes.headers.get("access-control-allow-origin")).toBe("http://portal.example");
  expect(yes.headers.get("access-control-allow-headers")).toContain("Authorization");
  expect(yes.headers.get("access-control-allow-credentials")).toBeNull();
  const friend = await get(url, { ...ask, origin: "http://friend.example" }, { method: "OPTIONS" });
  expect(friend.headers.get("access-control-allow-origin")).toBe("http://friend.example");
  const no = await get(url, { ...ask, origin: "http://evil.example" }, { method: "OPTIONS" });
  expect(no.headers.get("access-control-allow-origin")).toBeNull();
  const auth = { authorization: `token ${session.token}` };
  const read = await get(url, { ...auth, origin: "http://portal.example" });
  expect(read.headers.get("access-control-allow-origin")).toBe("http://portal.example");
  const foreign = await get(url, { ...auth, origin: "http://evil.example" });
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
});

test("a session that ends is closed at once, sockets and all", async () => {
  const mine = await insertSession(address);
  const client = await opens(`/s/${mine.id}/api/kernels/1/channels?token=${mine.token}`, {});
  if (typeof client === "number") throw new Error(`refused with ${client}`);
  const closed = once(client, "close");
  await changeSessionState(mine.id, "stopping", { endReason: "user" });
  await closed;
  const after = await get(`/s/${mine.id}/api?token=${mine.token}`);
  expect(after.status).toBe(404);
  expect(await after.json()).toMatchObject({ code: "session_ended" });
});

test("/metrics is for this machine, not for who comes by a proxy, and counts what passes", async () => {
  const client = await opens(`/s/${session.id}/api/kernels/1/channels?token=${session.token}`, {});
  if (typeof client === "number") throw new Error(`refused with ${client}`);
  const figures = async () => {
    const text = await (await get("/metrics")).text();
    const value = (name: string) =>
      Number(new RegExp(`^${name.replace(/[{}"]/g, "\\$&")} (\\S+)$`, "m").exec(text)?.[1]);
    return {
      webSockets: value("colophon_gateway_websockets"),
      answered: value('colophon_gateway_requests_total{status="2xx"}'),
      out: value('colophon_gateway_bytes_total{direction="out"}'),
    };
  };
  const before = await figures();
  expect(before.webSockets).toBe(1);
  await (await get(`/s/${session.id}/large?token=${session.token}`)).arrayBuffer();
  const after = await figures();
  expect(after.answered).toBeGreaterThan(before.answered);
  expect(after.out - before.out).toBeGreaterThan(megabytes * 1024 * 1024);
  client.close();
  for (const [name, value] of [
    ["x-forwarded-for", "127.0.0.1"],
    ["via", "1.1 proxy"],
  ] as const) {
    expect((await get("/metrics", { [name]: value })).status).toBe(404);
  }
  const host = `${session.id}.localhost:${port}`;
  expect((await navigate("/metrics", { host })).status).toBe(404);
});

test("/health tells of the gateway and its database", async () => {
  const health = await get("/health");
  expect(await health.json()).toMatchObject({ ok: true });
});
