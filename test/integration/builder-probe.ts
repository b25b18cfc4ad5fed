import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Dockerode from "dockerode";
import { Agent, WebSocket } from "undici";
import { afterAll } from "vitest";
import { engineAt } from "#builder/command.ts";

export const docker = new Dockerode(engineAt(process.env.DOCKER_HOST));
export const caBundle = process.env.SSL_CERT_FILE;

const folders: string[] = [];
const tags = new Set<string>();

/** A folder with the given files, gone after the test file. */
export async function folder(files: Record<string, string>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "colophon-build-"));
  folders.push(dir);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return dir;
}

/** The image is removed after the test file. */
export function removeLater(tag: string): void {
  tags.add(tag);
}

afterAll(async () => {
  for (const dir of folders) await rm(dir, { recursive: true, force: true });
  for (const tag of tags) await docker.getImage(tag).remove({ force: true });
});

export interface Server {
  get(path: string): Promise<{ status: number; body: string }>;
  post(path: string, body: unknown): Promise<{ status: number; body: string }>;
  /** Runs code in that or a new kernel, over the WebSocket; gives what it printed, and the name of an error. */
  execute(code: string, kernel?: string): Promise<string>;
  put(path: string, body: unknown): Promise<{ status: number; body: string }>;
  delete(path: string): Promise<{ status: number; body: string }>;
  exec(command: string[]): Promise<string>;
  logs(): Promise<string>;
  work: string;
}

const TOKEN = "secret-token-of-the-test";

/**
 * Starts an image the way a session does: user 1000, no capabilities, no network, read-only root, content mounted, a UNIX
 * socket bound in; ends it after `use`.
 */
export async function withServer(
  image: string,
  use: (server: Server) => Promise<void>,
  content: Record<string, string> = { "note.txt": "mounted" },
  env: string[] = [],
): Promise<void> {
  const dir = await folder({});
  const work = await folder(content);
  await chmod(dir, 0o777);
  await chmod(work, 0o777);
  const container = await docker.createContainer({
    Image: image,
    User: "1000:1000",
    Labels: { colophon: "test" },
    Env: [
      "COLOPHON_LISTEN=unix:/run/colophon/server.sock",
      "COLOPHON_BASE_URL=/s/probe/",
      `JUPYTER_TOKEN=${TOKEN}`,
      ...env,
    ],
    HostConfig: {
      NetworkMode: "none",
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      ReadonlyRootfs: true,
      Tmpfs: { "/tmp": "", "/home/jovyan": "uid=1000,gid=1000,mode=755" },
      Binds: [`${dir}:/run/colophon`, `${work}:/home/jovyan/work`],
    },
  });
  try {
    await container.start();
    const socketPath = join(dir, "server.sock");
    const logs = async () => (await container.logs({ stdout: true, stderr: true })).toString();
    await untilAnswers(socketPath, container, logs);
    await use({
      get: (path) => call(socketPath, "GET", path),
      post: (path, body) => call(socketPath, "POST", path, body),
      put: (path, body) => call(socketPath, "PUT", path, body),
      delete: (path) => call(socketPath, "DELETE", path),
      execute: (code, kernel) => execute(socketPath, code, kernel),
      exec: (command) => execIn(container, command),
      logs,
      work,
    });
  } finally {
    await container.remove({ force: true });
  }
}

async function untilAnswers(
  socketPath: string,
  container: Dockerode.Container,
  logs: () => Promise<string>,
): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const answer = await call(socketPath, "GET", "api").catch(() => undefined);
    if (answer?.status === 200) return;
    if (!(await container.inspect()).State.Running)
      throw new Error(`The server ended:\n${await logs()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`The server does not answer:\n${await logs()}`);
}

function call(
  socketPath: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `token ${TOKEN}`, "content-type": "application/json" };
    const sent = request({ socketPath, method, path: `/s/probe/${path}`, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text }));
    });
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function execute(socketPath: string, code: string, running?: string): Promise<string> {
  const kernel = running ?? JSON.parse((await call(socketPath, "POST", "api/kernels", {})).body).id;
  const dispatcher = new Agent({ connect: { socketPath } });
  const url = `ws://localhost/s/probe/api/kernels/${kernel}/channels?token=${TOKEN}`;
  const socket = new WebSocket(url, { dispatcher });
  try {
    return await new Promise<string>((resolve, reject) => {
      let printed = "";
      const header = {
        msg_id: "1",
        session: "probe",
        username: "",
        version: "5.3",
        msg_type: "execute_request",
      };
      const content = {
        code,
        silent: false,
        store_history: false,
        allow_stdin: false,
        stop_on_error: true,
      };
      socket.addEventListener("error", () => reject(new Error("The WebSocket failed.")));
      socket.addEventListener("close", () => reject(new Error("The WebSocket was closed.")));
      socket.addEventListener("open", () => {
        const message = {
          header,
          parent_header: {},
          metadata: {},
          content,
          channel: "shell",
          buffers: [],
        };
        socket.send(JSON.stringify(message));
      });
      socket.addEventListener("message", (event) => {
        const message = JSON.parse(String(event.data));
        if (message.parent_header?.msg_id !== "1") return;
        if (message.msg_type === "stream") printed += message.content.text;
        if (message.msg_type === "error")
          printed += `${message.content.ename}: ${message.content.evalue}`;
        if (message.msg_type === "status" && message.content.execution_state === "idle")
          resolve(printed.trim());
      });
    });
  } finally {
    socket.close();
    await dispatcher.destroy();
  }
}

async function execIn(container: Dockerode.Container, command: string[]): Promise<string> {
  const exec = await container.exec({
    Cmd: command,
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
  });
  const stream = await exec.start({ Tty: true });
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text.trim();
}
