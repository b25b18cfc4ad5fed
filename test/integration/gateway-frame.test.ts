import { once } from "node:events";
import http from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { strictBrowser } from "#test/support/strict-browser.ts";

const portalPort = 3388;
const gatewayPort = 3389;
process.env.PORT = String(portalPort);
process.env.GATEWAY_PORT = String(gatewayPort);
await testDatabase();
const { startGateway } = await import("#lib/gateway/index.ts");
const { startSession, runStartSession, endAllSessions } = await import("#lib/sessions/index.ts");
const { publishPaper, sessionIn } = await import("#test/support/sessions.ts");

/** A site that shows one page, with a frame in it. */
async function siteWithFrame(port: number, frame: () => string): Promise<void> {
  const site = http.createServer((request, response) => {
    response.setHeader("content-type", "text/html");
    if (request.url === "/set") {
      response.setHeader("set-cookie", "plain=1; Secure; SameSite=None; Path=/");
    }
    const body = `<iframe width="1200" height="700" src="${frame()}"></iframe>`;
    response.end(`<!doctype html><title>Portal</title>${request.url === "/" ? body : ""}`);
  });
  site.listen(port, "127.0.0.1");
  await once(site, "listening");
  onTestFinished(() => {
    site.closeAllConnections();
    site.close();
  });
}

test("with third-party cookies blocked JupyterLab works inside the portal's page, and in no other site's", async () => {
  const gateway = await startGateway({ port: gatewayPort, bind: "127.0.0.1" });
  onTestFinished(async () => {
    await endAllSessions("shutdown");
    await gateway.close();
  });
  const visitor = { userId: null, role: null, visitorId: "visitor-1" };
  const { doi } = await publishPaper();
  const { id } = await startSession({ doi, path: "paper.ipynb" }, visitor);
  await runStartSession({ sessionId: id }, { signal: new AbortController().signal, lastTry: true });
  const { browserUrl, token } = await sessionIn(id, "ready");
  expect(browserUrl).toBe(`http://${id}.localhost:${gatewayPort}/s/${id}/`);
  const address = `${browserUrl}lab/tree/paper.ipynb?token=${token}`;
  await siteWithFrame(portalPort, () => address);
  await siteWithFrame(3387, () => address);
  await siteWithFrame(3386, () => `http://other.localhost:3387/set`);

  const browser = await strictBrowser();
  onTestFinished(browser.close);
  const page = await browser.context.newPage();

  // The browser does block what it should: an ordinary cookie set in a frame of another site is not kept.
  await page.goto("http://localhost:3386/");
  await page.frameLocator("iframe").locator("title").waitFor({ state: "attached" });
  const plain = (await browser.context.cookies()).filter(({ name }) => name === "plain");
  expect(plain).toEqual([]);

  await page.goto(`http://localhost:${portalPort}/`);
  const lab = page.frameLocator("iframe");
  await lab.locator(".jp-Notebook .jp-CodeCell").first().waitFor({ timeout: 60_000 });
  await lab.getByText(/\| Idle$/).waitFor({ timeout: 60_000 });
  await lab.locator(".jp-CodeCell .cm-content").first().click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("print(6 * 7, 'in a frame')");
  await page.keyboard.press("Shift+Enter");
  await lab.locator(".jp-OutputArea-output").getByText("42 in a frame").waitFor();
  const saved = page.waitForResponse(
    (response) => response.request().method() === "PUT" && response.url().includes("/api/contents"),
  );
  await page.keyboard.press("Control+s");
  expect((await saved).status()).toBe(200);

  const cookies = await browser.context.cookies();
  const own = cookies.filter(({ domain }) => domain.includes(id));
  expect(own.find(({ name }) => name === "__Host-colophon-session")).toMatchObject({
    httpOnly: true,
    secure: true,
    sameSite: "None",
    path: "/",
  });
  expect(own.find(({ name }) => name === "_xsrf")).toMatchObject({ sameSite: "None" });

  await page.goto("http://foreign.localhost:3387/");
  await expect(
    page.frameLocator("iframe").locator("#main, .jp-LabShell").waitFor({ timeout: 3_000 }),
  ).rejects.toThrow(/Timeout/);
});
