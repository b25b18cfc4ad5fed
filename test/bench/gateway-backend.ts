import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";

// The server behind both proxies: a small answer, a large one, and WebSockets that echo.
const gigabyte = 1024 ** 3;
const chunk = Buffer.alloc(256 * 1024, 7);
const small = Buffer.from(JSON.stringify({ answer: "x".repeat(200) }));

const server = createServer((request, response) => {
  if (!request.url?.endsWith("/large")) {
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": small.length,
    });
    response.end(small);
    return;
  }
  response.writeHead(200, { "content-length": gigabyte });
  let left = gigabyte;
  const more = () => {
    while (left > 0) {
      left -= chunk.length;
      if (!response.write(chunk)) return void response.once("drain", more);
    }
    response.end();
  };
  more();
});
server.keepAliveTimeout = 60_000;
const sockets = new WebSocketServer({ server });
sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});
