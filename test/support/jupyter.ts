import { randomUUID } from "node:crypto";

/** What running a piece of code gave. */
export interface Execution {
  status: "ok" | "error";
  /** stdout and the text of results. */
  text: string;
  traceback: string[];
}

interface Message {
  channel: string;
  parent_header: { msg_id?: string };
  header: { msg_type: string };
  content: Record<string, unknown>;
}

/** One kernel of a Jupyter server, over REST and WebSocket, as any program would use it. */
export class Kernel {
  readonly id: string;
  readonly #socket: WebSocket;
  readonly #session = randomUUID();

  private constructor(id: string, socket: WebSocket) {
    this.id = id;
    this.#socket = socket;
  }

  /** Starts the default kernel of the server at `url` (ends with "/") and connects to it. `started`: told in between. */
  static async start(url: string, token: string, started?: () => void): Promise<Kernel> {
    const response = await fetch(`${url}api/kernels`, {
      method: "POST",
      headers: { authorization: `token ${token}`, "content-type": "application/json" },
      body: "{}",
      signal: AbortSignal.timeout(60_000),
    });
    if (!response.ok)
      throw new Error(`POST api/kernels: ${response.status} ${await response.text()}`);
    const { id } = (await response.json()) as { id: string };
    started?.();
    const address = `${url.replace(/^http/, "ws")}api/kernels/${id}/channels?token=${token}`;
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", () => reject(new Error("the WebSocket was refused")), {
        once: true,
      });
    });
    return new Kernel(id, socket);
  }

  #request(type: string, content: object): Promise<Execution> {
    const id = randomUUID();
    const result: Execution = { status: "ok", text: "", traceback: [] };
    return new Promise((resolve, reject) => {
      const hear = (event: MessageEvent) => {
        const message = JSON.parse(String(event.data)) as Message;
        if (message.parent_header.msg_id !== id) return;
        const { content: body, header } = message;
        if (header.msg_type === "stream") result.text += String(body.text);
        if (header.msg_type === "execute_result" || header.msg_type === "display_data") {
          result.text += String((body.data as Record<string, unknown>)["text/plain"]);
        }
        if (header.msg_type === "error") {
          result.status = "error";
          result.traceback = body.traceback as string[];
        }
        if (header.msg_type === "status" && body.execution_state === "idle") {
          this.#socket.removeEventListener("message", hear);
          this.#socket.removeEventListener("close", lost);
          resolve(result);
        }
      };
      const lost = () => reject(new Error("the kernel's channel closed"));
      this.#socket.addEventListener("message", hear);
      this.#socket.addEventListener("close", lost, { once: true });
      this.#socket.send(
        JSON.stringify({
          channel: "shell",
          header: {
            msg_id: id,
            msg_type: type,
            session: this.#session,
            username: "test",
            version: "5.3",
            date: new Date().toISOString(),
          },
          parent_header: {},
          metadata: {},
          content,
          buffers: [],
        }),
      );
    });
  }

  /** Resolves when the kernel answers and is idle. */
  async idle(): Promise<void> {
    await this.#request("kernel_info_request", {});
  }

  /** Runs code and waits until the kernel is idle again. */
  async execute(code: string): Promise<Execution> {
    return await this.#request("execute_request", {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    });
  }

  close(): void {
    this.#socket.close();
  }
}
