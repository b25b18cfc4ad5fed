import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { insertSession } from "#test/support/sessions-rows.ts";

const port = 3394;
process.env.GATEWAY_PORT = String(port);
const { dataDirectory } = await testDatabase();
const { startGateway } = await import("#lib/gateway/index.ts");

/** What the server behind got, connection by connection and byte by byte: what it would make of it is the question. */
interface Received {
  text: string;
  isOpen: boolean;
}
let received: Received[] = [];
const connections = new Map<Socket, Received>();
const address = { kind: "unix" as const, path: path.join(dataDirectory, "server.sock") };
const upstream = createServer((socket) => {
  const mine: Received = { text: "", isOpen: true };
  connections.set(socket, mine);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    mine.isOpen = false;
    connections.delete(socket);
  });
  socket.on("data", (chunk) => {
    if (!received.includes(mine)) received.push(mine);
    mine.text += chunk.toString("latin1");
    if (mine.text.includes("hello")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
});
let gateway: Awaited<ReturnType<typeof startGateway>>;
let post: string;
let smuggled: string;
let sound: string;

beforeAll(async () => {
  upstream.listen(address.path);
  gateway = await startGateway({ port, bind: "127.0.0.1" });
  const { id, token } = await insertSession(address);
  const line = (method: string, name: string) =>
    `${method} /s/${id}/${name}?token=${token} HTTP/1.1\r\nHost: localhost:${port}\r\n`;
  post = line("POST", "api");
  smuggled = `${line("GET", "SMUGGLED")}\r\n`;
  sound = `${line("GET", "hello")}Connection: close\r\n\r\n`;
});
afterAll(async () => {
  await gateway.close();
  upstream.close();
  for (const socket of connections.keys()) socket.destroy();
});
beforeEach(() => {
  received = [];
  // A connection that is kept serves several tests.
  for (const each of connections.values()) each.text = "";
});

/** Sends parts, each once the one before has arrived behind; gives what comes back until the gateway hangs up. */
async function exchange(...parts: string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay();
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => socket.destroy());
  const closed = once(socket, "close");
  for (const [at, part] of parts.entries()) {
    if (at > 0) await expect.poll(() => received).not.toEqual([]);
    socket.write(Buffer.from(part, "latin1"));
  }
  await closed;
  return Buffer.concat(chunks).toString("latin1");
}

/** What reached the server behind before a sound request did that was sent afterwards. */
async function reached(): Promise<Received[]> {
  expect(await exchange(sound)).toMatch(/^HTTP\/1\.1 200 /);
  return received.filter(({ text }) => /POST|SMUGGLED/.test(text));
}

const refused = /^HTTP\/1\.1 400 [\s\S]*\r\nconnection: close\r\n/i;
const chunked = "Transfer-Encoding: chunked\r\n";

test("a sound request passes, chunk by chunk", async () => {
  const body = "5;name=value\r\nhello\r\n0\r\n\r\n";
  const answer = await exchange(`${post}${chunked}Connection: close\r\n\r\n${body}`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(received.map(({ text }) => text)).toEqual([expect.stringMatching(/\r\n\r\n.*hello/s)]);
});

const bodies: Record<string, string> = {
  "no number": "xyz\r\nhello\r\n0\r\n\r\n",
  "no size": "\r\nhello\r\n0\r\n\r\n",
  "a negative size": "-5\r\nhello\r\n0\r\n\r\n",
  "a signed size": "+5\r\nhello\r\n0\r\n\r\n",
  "a hex prefix": "0x5\r\nhello\r\n0\r\n\r\n",
  "a size beyond 64 bits": "10000000000000005\r\nhello\r\n0\r\n\r\n",
  "a size of many digits": `${"F".repeat(64)}\r\nhello\r\n0\r\n\r\n`,
  "a space before its size": " 5\r\nhello\r\n0\r\n\r\n",
  "an underscore in its size": "5_0\r\nhello\r\n0\r\n\r\n",
  "a control character in an extension": "5;a=\x01\r\nhello\r\n0\r\n\r\n",
  "a null in an extension": "5;a=b\0c\r\nhello\r\n0\r\n\r\n",
  "a bare line feed in an extension": "5;a\nhello\r\n0\r\n\r\n",
  "a bare carriage return in an extension": "5;a\rb\r\nhello\r\n0\r\n\r\n",
  "a bare line feed after its size": "5\nhello\r\n0\r\n\r\n",
  "a bare carriage return after its size": "5\rhello\r\n0\r\n\r\n",
};

/** Those whose fault follows sound bytes: these have gone on already when it is found. */
const faultyLater: Record<string, string> = {
  "more bytes than its size": "5\r\nhello!\r\n0\r\n\r\n",
  "a bare line feed after its bytes": "5\r\nhello\n0\r\n\r\n",
  "a bare line feed at its end": "5\r\nhello\r\n0\n\n",
};

/** Whoever reads it sees a request that broke off: no last chunk, and nothing after it. */
function expectBrokenOff([first, ...others]: Received[]): void {
  expect(others).toEqual([]);
  expect(first?.isOpen).toBe(false);
  expect(first?.text).toMatch(/\r\n(?:4\r\nfine|5\r\nhello)/);
  expect(first?.text).not.toMatch(/\r\n0\r\n|content-length|SMUGGLED/i);
}

describe("a chunk with", () => {
  test.each(Object.keys(bodies))("%s is refused, and the connection is closed", async (name) => {
    const answer = await exchange(`${post}${chunked}\r\n${bodies[name]}${smuggled}`);
    expect(answer).toMatch(refused);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(await reached()).toEqual([]);
  });

  test.each(Object.entries({ ...bodies, ...faultyLater }))(
    "%s that comes later ends the request behind, unfinished",
    async (_, body) => {
      const begun = `${post}${chunked}\r\n4\r\nfine\r\n`;
      expect(await exchange(begun, `${body}${smuggled}`)).toMatch(refused);
      expectBrokenOff(await reached());
    },
  );

  test.each(Object.entries(faultyLater))("%s ends the request behind as well", async (_, body) => {
    expect(await exchange(`${post}${chunked}\r\n${body}${smuggled}`)).toMatch(refused);
    expectBrokenOff(await reached());
  });
});

const heads: Record<string, string> = {
  "a length and chunks": `Content-Length: 5\r\n${chunked}\r\n0\r\n\r\n`,
  "chunks and a length": `${chunked}Content-Length: 5\r\n\r\n0\r\n\r\n`,
  "two lengths": "Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello",
  "the same length twice": "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
  "a list of lengths": "Content-Length: 5, 5\r\n\r\nhello",
  "a signed length": "Content-Length: +5\r\n\r\nhello",
  "a negative length": "Content-Length: -5\r\n\r\nhello",
  "a hex length": "Content-Length: 0x5\r\n\r\nhello",
  "an empty length": "Content-Length:\r\n\r\nhello",
  "a length beyond 64 bits": `Content-Length: ${"9".repeat(30)}\r\n\r\nhello`,
  "an unknown coding": "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
  "chunks that are not the last coding": "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
  "two codings in two lines": `${chunked}Transfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
  "a space before the colon": "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
  "a tab before the colon": "Content-Length\t: 5\r\n\r\nhello",
  "a control character before the coding": "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
  "a folded header": "X: a\r\n b\r\n\r\n",
  "a folded coding": "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
  "a bare line feed between headers": `X: a\n${chunked}\r\n0\r\n\r\n`,
  "a bare line feed at the end of the headers": `X: a\r\n\n`,
  "a bare carriage return between headers": `X: a\r${chunked}\r\n0\r\n\r\n`,
  "a bare carriage return in a name": "X\rY: a\r\n\r\n",
  "a null in a value": "X: a\0b\r\n\r\n",
  "a header without a name": ": a\r\n\r\n",
  "a header without a colon": "chunked\r\n\r\n",
};

describe("a request with", () => {
  test.each(Object.keys(heads))("%s is refused, and the connection is closed", async (name) => {
    const answer = await exchange(`${post}${heads[name]}${smuggled}`);
    expect(answer).toMatch(refused);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(await reached()).toEqual([]);
  });
});
