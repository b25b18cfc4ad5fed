import type { RunningSystem } from "./running-system.ts";

/** The fields of API answers that system tests look at. */
export interface Answer {
  status: number;
  body: {
    id: string;
    slug: string;
    state: string;
    code?: string;
    ok?: boolean;
    url?: string;
    token?: string;
    eventsUrl?: string;
    buildId?: string | null;
    endReason?: string | null;
    conceptDoi?: string;
    version: { number: number; doi: string | null; state: string };
    draft?: { number: number; state: string };
    versions: {
      number: number;
      doi: string;
      state: string;
      environment: { key: string; state: string; buildId: string | null };
    }[];
    items: { slug: string; title: string }[];
    forkedFrom?: { doi: string };
    repository?: { url: string; ref: string | null };
    forks: { doi: string }[];
  };
}

/** Calls the HTTP API of a running system with one person's token. */
export class Api {
  readonly #url: string;
  readonly #token: string | undefined;

  constructor(system: Pick<RunningSystem, "url">, token?: string) {
    this.#url = system.url;
    this.#token = token;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    type = "application/json",
  ): Promise<Answer> {
    const raw = body instanceof Uint8Array || body instanceof ReadableStream;
    const response = await fetch(new URL(path, this.#url), {
      method,
      headers: {
        ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
        ...(body === undefined ? {} : { "content-type": type }),
      },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body), duplex: "half" }),
      signal: AbortSignal.timeout(300_000),
    } as RequestInit);
    const text = await response.text();
    const json = response.headers.get("content-type")?.includes("json");
    return { status: response.status, body: json ? JSON.parse(text) : { text } };
  }

  /** Reads `path` until `wished`; errors on the way (a process is being restarted) count as "not yet". */
  async until(path: string, wished: (answer: Answer) => boolean, ms = 240_000): Promise<Answer> {
    const deadline = Date.now() + ms;
    let last = "";
    while (Date.now() < deadline) {
      try {
        const answer = await this.call("GET", path);
        if (wished(answer)) return answer;
        last = JSON.stringify(answer);
      } catch (error) {
        last = String(error);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`GET ${path} did not become as wished; last: ${last.slice(0, 2_000)}`);
  }

  /** Publishes a tar as a new publication; gives its id and DOI. */
  async publish(
    tar: Uint8Array,
    title: string,
  ): Promise<{ id: string; slug: string; doi: string }> {
    const created = await this.call("POST", "/api/publications", tar, "application/x-tar");
    if (created.status !== 201) throw new Error(JSON.stringify(created));
    const { id, slug } = created.body;
    return { id, slug, doi: await this.publishDraft(id, title) };
  }

  /** Completes and publishes the draft of a publication; gives the new version's DOI. */
  async publishDraft(id: string, title: string): Promise<string> {
    const metadata = { title, authors: [{ name: "Curie, Marie" }], license: "CC-BY-4.0" };
    await this.call("PUT", `/api/publications/${id}/draft/metadata`, metadata);
    const { draft } = (await this.call("GET", `/api/publications/${id}`)).body;
    const asked = await this.call("POST", `/api/publications/${id}/publish`);
    if (asked.status !== 202) throw new Error(JSON.stringify(asked));
    const done = await this.until(`/api/publications/${id}`, ({ body }) =>
      Boolean(body.versions?.some((v) => v.number === draft?.number && v.state === "published")),
    );
    return done.body.versions.at(-1)?.doi ?? "";
  }

  /** Starts a session and waits until it is ready. */
  async launch(doi: string): Promise<{ id: string; url: string; token: string }> {
    const started = await this.call("POST", "/api/sessions", { doi });
    if (started.status !== 201) throw new Error(JSON.stringify(started));
    const ready = await this.until(`/api/sessions/${started.body.id}`, ({ body }) => {
      if (body.state === "failed") throw new Error(JSON.stringify(body));
      return body.state === "ready";
    });
    return { id: ready.body.id, url: ready.body.url ?? "", token: ready.body.token ?? "" };
  }
}
