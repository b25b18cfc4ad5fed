import { once } from "node:events";
import http from "node:http";
import path from "node:path";
import type { Engine, ServerStatus, StartRequest } from "#lib/sessions/index.ts";

interface StandIn {
  request: StartRequest;
  server: http.Server;
  gone: Promise<unknown>;
  claims: number;
}

/** An engine without containers: each server is a socket that answers as a session's server does when it is asked. */
export class StandInEngine implements Engine {
  readonly name = "Stand-in";
  readonly servers = new Map<string, StandIn>();
  /** Servers that were ever started, by session. */
  readonly started: string[] = [];

  async capabilities() {
    return { hostMounts: true, ownMounts: true, overlayVolumes: false };
  }

  async ping() {
    // There is nothing to do.
  }

  async start(request: StartRequest) {
    const { sessionId, socketDirectory = "" } = request;
    const socket = path.join(socketDirectory, "jupyter.sock");
    const address = { kind: "unix" as const, path: socket };
    if (this.servers.has(sessionId)) return { ref: sessionId, address };
    const server = http.createServer((incoming, outgoing) => {
      const isKnown = incoming.url?.startsWith(`/s/${sessionId}/`);
      const isClaim = incoming.method === "POST" && incoming.url?.endsWith("/colophon/claim");
      const standIn = this.servers.get(sessionId);
      if (isClaim && standIn) standIn.claims += 1;
      incoming.resume();
      outgoing.writeHead(isKnown ? 200 : 404, { "content-type": "application/json" }).end("{}");
    });
    this.servers.set(sessionId, { request, server, gone: once(server, "close"), claims: 0 });
    this.started.push(sessionId);
    server.listen(socket);
    await once(server, "listening");
    return { ref: sessionId, address };
  }

  /** The server dies, as if it were killed. */
  async kill(sessionId: string) {
    const found = this.servers.get(sessionId);
    this.servers.delete(sessionId);
    found?.server.closeAllConnections();
    found?.server.close();
    await found?.gone;
  }

  async bringForward() {
    // There is nothing to do.
  }

  async usage() {
    return { memoryBytes: 64 * 1024 ** 2, cpuSeconds: 0 };
  }

  async exited(ref: string, signal: AbortSignal) {
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    await Promise.race([this.servers.get(ref)?.gone, aborted]);
  }

  async stop(ref: string) {
    await this.kill(ref);
  }

  async remove(ref: string) {
    await this.kill(ref);
  }

  async inspect(ref: string): Promise<ServerStatus | null> {
    return (await this.list()).find((one) => one.ref === ref) ?? null;
  }

  async list(): Promise<ServerStatus[]> {
    return [...this.servers.keys()].map((ref) => ({
      ref,
      sessionId: ref,
      state: "running",
      exitCode: null,
      outOfMemory: false,
    }));
  }

  async *events(): AsyncGenerator<never> {
    // Nothing happens by itself.
  }

  async exec() {
    return { exitCode: 0, output: "" };
  }

  async logs() {
    return "";
  }

  async getFiles(): Promise<never> {
    throw new Error("there are no files in here");
  }

  async readOverlay(): Promise<never> {
    throw new Error("there are no files in here");
  }

  async removeHostFiles() {
    // There is nothing to do.
  }
}
