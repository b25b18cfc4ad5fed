import { once } from "node:events";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";

const gatewayPort = 3386;
process.env.GATEWAY_PORT = String(gatewayPort);
await testDatabase();
const { startGateway } = await import("#lib/gateway/index.ts");
const { startSession, runStartSession, endAllSessions } = await import("#lib/sessions/index.ts");
const { publishPaper, sessionIn } = await import("#test/support/sessions.ts");
const { Kernel } = await import("#test/support/jupyter.ts");

const visitor = { userId: null, role: null, visitorId: "visitor-1" };
let gateway: Awaited<ReturnType<typeof startGateway>>;

beforeAll(async () => {
  gateway = await startGateway({ port: gatewayPort, bind: "127.0.0.1" });
});
afterAll(async () => {
  await endAllSessions("shutdown");
  await gateway.close();
});

/** A session of a fixture for an application. `get` asks for something below the application's own address. */
async function open(fixture: string, app: string, file?: string) {
  const { doi } = await publishPaper(path.resolve("test/fixtures/sessions", fixture));
  const other = startSession({ doi, app: "shell" }, visitor);
  await expect(other).rejects.toMatchObject({ code: "unknown_app", status: 400 });
  const { id } = await startSession({ doi, app, ...(file ? { path: file } : {}) }, visitor);
  await runStartSession({ sessionId: id }, { signal: new AbortController().signal, lastTry: true });
  const session = await sessionIn(id, "ready");
  const { url = "", token = "" } = session;
  const root = `${url}colophon/apps/${app}/`;
  const headers = { authorization: `token ${token}` };
  const get = (below: string, init: RequestInit = {}) =>
    fetch(`${root}${below}`, { headers, redirect: "manual", ...init });
  return { session, url, token, root, headers, get };
}

test("an application of a Procfile is started, and passed on to with WebSockets", async () => {
  const { session, url, token, root, headers, get } = await open("application", "app");
  expect(session.application).toEqual({ title: "Application", path: "colophon/apps/app/" });

  const page = await get("some/page?a=1");
  expect(page.status).toBe(200);
  const said = (await page.json()) as Record<string, unknown> & { headers: object };
  const prefix = new URL(root).pathname;
  expect(said).toMatchObject({
    path: "/some/page?a=1",
    prefix,
    directory: "/home/jovyan/work",
    token: null,
  });
  expect(said.headers).toMatchObject({ "x-forwarded-prefix": prefix.replace(/\/$/, "") });
  expect(Object.keys(said.headers)).not.toContain("authorization");
  expect(page.headers.get("set-cookie")).toContain(`seen=1; Path=/s/${session.id}/`);

  const body = `${"a".repeat(300_000)}b`;
  const posted = await get("", { method: "POST", body });
  expect(await posted.text()).toBe(`b${"a".repeat(300_000)}`);
  const redirected = await get("elsewhere");
  expect(redirected.status).toBe(302);
  expect(redirected.headers.get("location")).toBe(`${prefix}there`);

  const pieces = (await get("pieces")).body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await pieces?.read())?.value).toBe("first,");
  await get("continue");
  expect((await pieces?.read())?.value).toBe("second");

  const socket = new WebSocket(`${root.replace(/^http/, "ws")}echo?token=${token}`);
  await once(socket, "open");
  for (const message of ["hello", "long ".repeat(100_000)]) {
    const heard = once(socket, "message");
    socket.send(message);
    expect((await heard)[0].data).toBe(message);
  }
  socket.close();
  await once(socket, "close");

  const cut = await get("cut");
  await expect(cut.text(), "a part is not taken for the whole").rejects.toThrow();
  const refused = new WebSocket(`${root.replace(/^http/, "ws")}none?token=${token}`);
  await once(refused, "error");

  const nobody = await fetch(`${root}page`, { redirect: "manual" });
  expect(nobody.status).toBe(403);

  const stopped = await get("stop");
  expect(stopped.status).toBe(502);
  expect((await get("again")).status, "started anew").toBe(200);

  const kernel = await Kernel.start(url, token);
  await kernel.execute("open('broken', 'w').close()");
  kernel.close();
  await get("stop");
  const broken = await get("");
  expect(broken.status).toBe(502);
  expect(broken.headers.get("content-type")).toContain("text/plain");
  expect(await broken.text()).toContain("ended with exit code 1");

  const absent = await fetch(`${url}colophon/apps/voila/`, { headers });
  expect(absent.status).toBe(404);
  expect(await absent.text()).toContain("Add voila to requirements.txt");
  for (const name of Array<string>(20).fill("other")) {
    const unknown = await fetch(`${url}colophon/apps/${name}/`, { headers });
    expect(unknown.status, "each time: no connection is used that the server closes").toBe(404);
  }
});

test("Voilà shows the notebook as a dashboard", async () => {
  const { session, url, headers } = await open("dashboard", "voila", "figures.ipynb");
  const page = await fetch(`${url}${session.application?.path}`, { headers });
  expect(page.status).toBe(200);
  const html = await page.text();
  expect(html).toContain("answer: 42");
  expect(html, "its addresses lead through the session").toContain(
    `/s/${session.id}/colophon/apps/voila/voila/`,
  );
});
