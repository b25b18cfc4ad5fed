import type { RunningSystem } from "#test/support/running-system.ts";

interface Answer {
  id: string;
  slug: string;
  state: string;
  url?: string;
  token?: string;
  version: { number: number; doi: string | null; state: string };
  draft?: { number: number };
  versions: {
    number: number;
    doi: string;
    state: string;
    environment: { key: string; state: string };
  }[];
  failure?: unknown;
}

/** What the benchmarks ask of the HTTP API. */
export class Client {
  readonly #system: RunningSystem;
  readonly #token: string;

  private constructor(system: RunningSystem, token: string) {
    this.#system = system;
    this.#token = token;
  }

  static async open(system: RunningSystem): Promise<Client> {
    return new Client(system, await system.token());
  }

  async call(
    method: string,
    path: string,
    body?: NonNullable<RequestInit["body"]>,
    type = "application/json",
  ): Promise<Answer> {
    const response = await fetch(`${this.#system.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body ? { "content-type": type } : {}),
      },
      ...(body ? { body, duplex: "half" } : {}),
      signal: AbortSignal.timeout(600_000),
    } as RequestInit);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text || "{}");
  }

  /** Repeats a read until it is as wished; for states that only the API tells. */
  async until(path: string, wished: (answer: Answer) => boolean): Promise<Answer> {
    for (;;) {
      const answer = await this.call("GET", path);
      if (wished(answer)) return answer;
      if (answer.state === "failed") throw new Error(`${path} failed: ${JSON.stringify(answer)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Follows a stream of server-sent events until one is as wished. */
  async follow(path: string, wished: (data: Answer) => boolean): Promise<Answer> {
    const response = await fetch(`${this.#system.url}${path}`, {
      headers: { authorization: `Bearer ${this.#token}`, accept: "text/event-stream" },
      signal: AbortSignal.timeout(600_000),
    });
    if (!response.body) throw new Error(`${path}: no stream`);
    let pending = "";
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      pending += chunk;
      const events = pending.split("\n\n");
      pending = events.pop() ?? "";
      for (const event of events) {
        const line = event.split("\n").find((part) => part.startsWith("data: "));
        if (!line) continue;
        const data = JSON.parse(line.slice(6)) as Answer;
        if (wished(data)) return data;
        if (data.state === "failed") throw new Error(JSON.stringify(data));
      }
    }
    throw new Error(`${path} ended too early`);
  }

  /** Completes a draft's metadata and publishes it; gives the DOI of its newest version. */
  async publish(id: string, title: string): Promise<string> {
    const metadata = { title, authors: [{ name: "Bench, Mark" }], license: "CC0-1.0" };
    const json = JSON.stringify(metadata);
    await this.call("PUT", `/api/publications/${id}/draft/metadata`, json);
    const { draft } = await this.call("GET", `/api/publications/${id}`);
    await this.call("POST", `/api/publications/${id}/publish`);
    const published = await this.until(`/api/publications/${id}`, ({ versions }) =>
      versions.some((version) => version.number === draft?.number && version.state === "published"),
    );
    return published.versions.at(-1)?.doi ?? "";
  }

  /** Sees to it that a version's image is built; gives the seconds that it took. */
  async build(doi: string): Promise<void> {
    const { id } = await this.call("POST", "/api/builds", JSON.stringify({ doi }));
    await this.until(`/api/builds/${id}`, ({ state }) => state === "built");
  }
}
