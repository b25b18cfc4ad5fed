import { randomUUID } from "node:crypto";
import type { RunningSystem } from "./running-system.ts";

/** Signs somebody new up with a running system, as its pages do; gives an API token of theirs. */
export async function signedUp({ url }: Pick<RunningSystem, "url">): Promise<string> {
  const post = async (path: string, body: object, cookie?: string) => {
    const response = await fetch(new URL(path, url), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin: url,
        "sec-fetch-site": "same-origin",
        ...(cookie ? { cookie } : {}),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const email = `${randomUUID()}@example.org`;
  const login = await post("/api/auth/sign-up/email", {
    name: "Grace Hopper",
    email,
    password: "correct horse battery",
  });
  const cookie = login.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const made = await post("/api/tokens", { name: "test" }, cookie);
  return ((await made.json()) as { token: string }).token;
}
