import { expect, type FrameLocator, type Page, test } from "@playwright/test";
import { becomeAdministrator, paper } from "./archive.ts";
import { controlsPaper } from "./controls-paper.ts";
import { Lab } from "./lab.ts";
import { LivePage } from "./live-page.ts";

/** The Sun's clock, live, with one cell's code replaced and run; gives the frame that its output came into. */
async function show(page: Page, live: LivePage, code: string): Promise<FrameLocator> {
  await live.edit("PERIOD_YEARS = 11.0", code);
  await page.keyboard.press("Control+Enter");
  return page.frameLocator("iframe[title^='Interactive output, code cell 3,']");
}

async function openLive(page: Page): Promise<LivePage> {
  const { slug } = await paper("is the sun a clock");
  await page.goto(`/p/${slug}`);
  const live = new LivePage(page);
  await live.run();
  await live.settled();
  return live;
}

test("a slider of a live paper moves by the keyboard and its figure changes", async ({ page }) => {
  await openLive(page);
  const controls = page.frameLocator("iframe[title^='Controls, code cell']");
  const slider = controls.getByRole("slider");
  await expect(slider).toHaveAttribute("aria-valuetext", "11");
  const figure = controls.locator("img");
  const before = await figure.getAttribute("src");
  expect(before).toMatch(/^data:image\/png/);
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await expect(slider).not.toHaveAttribute("aria-valuetext", "11");
  await expect(figure).not.toHaveAttribute("src", before ?? "");
  // What the slider's code draws belongs to its own output: no other place on the page shows it.
  await expect(figure).toHaveCount(1);

  await page.getByRole("button", { name: "Restart" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Restart" }).click();
  await expect(controls.getByText("Run its cell again to use it.")).toBeVisible();
});

test("a published control shows what the paper was saved with, without a kernel", async ({
  page,
}) => {
  const { slug } = await paper("is the sun a clock");
  await page.goto(`/p/${slug}`);
  const title = "iframe[title^='Saved controls, code cell']";
  await page.locator(title).scrollIntoViewIfNeeded();
  const controls = page.frameLocator(title);
  await expect(controls.getByRole("slider")).toHaveAttribute("aria-valuetext", "11");
  await expect(controls.locator("img")).toHaveAttribute("src", /^data:image\/png/);
});

test("an output's script reaches neither the page, nor its cookies, nor the network", async ({
  page,
}) => {
  const live = await openLive(page);
  const asked: string[] = [];
  // What the policy stops is a request to the browser's tools too; an answer it never has.
  page.on("response", (response) => {
    if (response.url().includes("probe")) asked.push(response.url());
  });
  const script = `
    const told = [];
    const attempt = async (name, action) => {
      try { await action(); told.push(name + ": open"); } catch (error) { told.push(name + ": shut"); }
    };
    const picture = (src) => new Promise((yes, no) => {
      const image = new Image(); image.onload = yes; image.onerror = no; image.src = src;
    });
    (async () => {
      await attempt("page", () => parent.document.title);
      await attempt("cookies", () => document.cookie);
      await attempt("storage", () => localStorage.length);
      await attempt("fetch", () => fetch("/api/publications?probe"));
      await attempt("picture", () => picture(new URL("/icon.svg?probe", "${new URL(page.url()).origin}")));
      await attempt("socket", () => new Promise((yes, no) => {
        const socket = new WebSocket("ws://" + "${new URL(page.url()).host}" + "/probe");
        socket.onopen = yes; socket.onerror = no; socket.onclose = no;
      }));
      await attempt("top", () => { top.location.href = "/probe"; });
      await attempt("popup", () => { if (!open("/probe")) throw new Error("none"); });
      document.getElementById("told").textContent = told.join(", ") + ".";
    })();`;
  const html = `<p id="told" onclick="location.href = 'http://127.0.0.1:9/probe'"></p><script>${script.replace(/\s+/g, " ")}</script>`;
  const frame = await show(
    page,
    live,
    `from IPython.display import HTML, display; display(HTML(${JSON.stringify(html)}))`,
  );
  await expect(frame.locator("#told")).toHaveText(
    "page: shut, cookies: shut, storage: shut, fetch: shut, picture: shut, socket: shut, top: shut, popup: shut.",
  );
  expect(asked).toEqual([]);

  // Nor can it carry something out by leading its own frame elsewhere.
  const refused = page.waitForEvent("console", (message) => /frame-src/.test(message.text()));
  await frame.locator("#told").click();
  await refused;
});

test("an anywidget's bytes go both ways and come back after a reload; a control that nobody knows says so", async ({
  page,
}) => {
  test.setTimeout(900_000);
  await page.goto(`/p/${await controlsPaper()}`);
  const live = new LivePage(page);
  await live.run();
  await live.settled();
  const painted = page.frameLocator("iframe[title^='Controls, code cell 2']");
  await expect(painted.getByText("values 1.5 2.5, total 4", { exact: true })).toBeVisible();
  await painted.getByRole("button", { name: "Double" }).click();
  await expect(painted.getByText("values 3 5, total 8", { exact: true })).toBeVisible();

  const stranger = page.frameLocator("iframe[title^='Controls, code cell 4']");
  const sentence =
    "The control “GlobeView” of the package “jupyter-globe” cannot be shown on this page.";
  await expect(stranger.getByText(sentence)).toBeVisible();

  // What its Python half is asked it answers, with bytes both ways.
  await painted.getByRole("button", { name: "Ask" }).click();
  await expect(painted.getByText("times 4 8 12", { exact: true })).toBeVisible();

  await live.saved();
  await page.reload();
  await page.getByRole("button", { name: "Go on where you were" }).click();
  await live.settled();
  await expect(painted.getByText("values 3 5, total 8", { exact: true })).toBeVisible();
  await painted.getByRole("button", { name: "Double" }).click();
  await expect(painted.getByText("values 6 10, total 16", { exact: true })).toBeVisible();
});

test("every page keeps to the portal's policy, and an inline script that got in does not run", async ({
  page,
}) => {
  test.setTimeout(600_000);
  const violations: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy|Permissions.Policy/i.test(message.text())) {
      violations.push(`${page.url()}: ${message.text()}`);
    }
  });
  await becomeAdministrator(page);
  const { slug } = await paper("sixty years of carbon dioxide");
  const admin = [
    "",
    "/sessions",
    "/builds",
    "/images",
    "/pool",
    "/jobs",
    "/limits",
    "/bans",
    "/people",
  ];
  const paths = [
    "/",
    "/sign-in",
    "/sign-up",
    "/publish",
    "/me",
    "/v2",
    "/v2/gh/nobody/nothing/HEAD",
    "/nowhere",
  ];
  for (const path of [...paths, ...admin.map((part) => `/admin${part}`)]) {
    await page.goto(path);
    // Pages that follow events are never idle.
    await page.locator("h1").first().waitFor();
    await page.waitForLoadState("load");
  }
  expect(violations).toEqual([]);

  await page.goto(`/p/${slug}`);
  const live = new LivePage(page);
  await live.run();
  await live.settled();
  expect(violations).toEqual([]);
  await page.getByRole("button", { name: "Fork" }).first().click();
  await page.waitForURL(/\/drafts\//);
  await page.goto(`${page.url()}/preview`);
  await page.locator("h1").first().waitFor();
  await page.goBack();
  await page.getByRole("button", { name: /^Open/ }).click();
  await new Lab(page).open();
  expect(violations).toEqual([]);

  await page.goto(`/p/${slug}`);
  const ran = await page.evaluate(async () => {
    const refused = new Promise((resolve) => {
      document.addEventListener("securitypolicyviolation", resolve, { once: true });
    });
    const place = document.createElement("div");
    place.innerHTML = `<img src="data:," onerror="window.ran = true">`;
    document.body.append(place);
    await refused;
    return "ran" in window;
  });
  expect(ran).toBe(false);
});
