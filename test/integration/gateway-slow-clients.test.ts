import { once } from "node:events";
import http from "node:http";
import { connect, type Socket } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { testDatabase } from "#test/support/database.ts";
import { insertSession } from "#test/support/sessions-rows.ts";

const port = 3384;
const stallMs = 1_500;
process.env.GATEWAY_PORT = String(port);
const { dataDirectory } = await testDatabase();
const { startGateway } = await import("#lib/gateway/index.ts");

const mebibyte = 1024 ** 2;
const endless = 1024 * mebibyte;
const upstream = http.createServer();
const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const address = { kind: "unix" as const, path: path.join(dataDirectory, "slow.sock") };
let gateway: Awaited<ReturnType<typeof startGateway>>;
let session: { id: string; token: string };
/** Bytes that the server behind got rid of. */
let given = 0;
/** Tells when the server behind has lost its client. */
let lost: Promise<unknown> = Promise.resolve();

beforeAll(async () => {
  upstream.on("request", (request, response) => {
    given = 0;
    lost = once(response, "close");
    if (request.method === "PUT") return void request.resume();
    response.writeHead(200, { "content-length": endless });
    const chunk = Buffer.alloc(mebibyte);
    const more = () => {
      while (given < endless && !response.destroyed) {
        given += chunk.length;
        if (!response.write(chunk)) return void response.once("drain", more);
      }
    };
    more();
  });
  upstream.on("upgrade", (request, socket, head) => {
    webSockets.handleUpgrade(request, socket, head, (client) => {
      given = 0;
      lost = once(client, "close");
      client.on("error", () => client.terminate());
      const message = Buffer.alloc(mebibyte);
      const more = () => {
        if (given >= endless || client.readyState !== WebSocket.OPEN) return;
        given += message.length;
        // The callback comes when the bytes have left this process.
        client.send(message, more);
      };
      more();
    });
  });
  upstream.listen(address.path);
  gateway = await startGateway({ port, bind: "127.0.0.1", stallMs });
  session = await insertSession(address);
});
afterAll(async () => {
  await gateway.close();
  webSockets.close();
  upstream.closeAllConnections();
  upstream.close();
});

async function ask(head: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.on("error", () => socket.destroy());
  socket.write(`${head}\r\nHost: localhost:${port}\r\nAuthorization: token ${session.token}\r\n`);
  return socket;
}

test("a reader that takes nothing holds its server up, not the gateway's memory, and is cut", async () => {
  const before = process.memoryUsage().rss;
  const socket = await ask(`GET /s/${session.id}/files/large HTTP/1.1`);
  socket.pause();
  socket.write("\r\n");
  await once(upstream, "request");
  await lost;
  expect(given).toBeLessThan(24 * mebibyte);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * mebibyte);
  socket.destroy();
});

test("a reader of a WebSocket that takes nothing holds its kernel up likewise, and is cut", async () => {
  const before = process.memoryUsage().rss;
  const socket = await ask(`GET /s/${session.id}/api/kernels/1/channels HTTP/1.1`);
  const key = Buffer.alloc(16).toString("base64");
  socket.pause();
  const handshake = `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13`;
  socket.write(`Connection: Upgrade\r\nUpgrade: websocket\r\n${handshake}\r\n\r\n`);
  await once(upstream, "upgrade");
  await lost;
  expect(given).toBeLessThan(24 * mebibyte);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * mebibyte);
  socket.destroy();
});

test("a slow reader that goes on taking is let go on, far longer than one that stalls", async () => {
  const socket = await ask(`GET /s/${session.id}/files/large HTTP/1.1`);
  const started = Date.now();
  let taken = 0;
  let rests = 0;
  socket.write("\r\n");
  await new Promise<void>((resolve, reject) => {
    socket.on("close", () => reject(new Error(`cut after ${rests} rests`)));
    socket.on("data", (chunk: Buffer) => {
      taken += chunk.length;
      // Half a second's rest after every four megabytes: never as long as a stall.
      if (taken < 4 * mebibyte) return;
      taken = 0;
      rests += 1;
      if (rests === 10) return resolve();
      socket.pause();
      setTimeout(() => socket.resume(), 500);
    });
  });
  expect(Date.now() - started).toBeGreaterThan(stallMs * 2);
  socket.destroy();
});

test("an upload that stops in the middle is cut, and its server learns of it", async () => {
  const socket = await ask(`PUT /s/${session.id}/api/contents/a HTTP/1.1`);
  const closed = once(socket, "close");
  socket.resume();
  socket.write("Content-Length: 1000\r\n\r\nhalf");
  await once(upstream, "request");
  await closed;
  await lost;
});

test("headers that trickle in are not waited for", async () => {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => socket.destroy());
  const closed = once(socket, "close");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.write(`GET /s/${session.id}/ HTTP/1.1\r\n`);
  const drip = setInterval(() => socket.write("X-A: b\r\n"), 1_000);
  await closed;
  clearInterval(drip);
  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 408 /);
}, 60_000);
