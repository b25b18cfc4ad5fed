import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { notebookUrl } from "#app/components/launch/notebook-url.ts";
import { applicationView, appPath, checkApp } from "#lib/sessions/apps.ts";

describe("applications of a session", () => {
  it("are below its address", () => {
    expect(appPath("app", "a.ipynb")).toBe("colophon/apps/app/");
    expect(appPath("vscode", null)).toBe("colophon/apps/vscode/");
    expect(appPath("voila", null)).toBe("colophon/apps/voila/");
    expect(appPath("voila", "a b/ü?.ipynb")).toBe(
      "colophon/apps/voila/voila/render/a%20b/%C3%BC%3F.ipynb",
    );
  });

  it("have words for people, and the notebook has none", () => {
    expect(applicationView("vscode", null)).toEqual({
      title: "VS Code",
      path: "colophon/apps/vscode/",
    });
    expect(applicationView(null, "a.ipynb")).toBeNull();
    expect(applicationView("gone since", null)).toBeNull();
  });

  it.each(["", "shell", "toString", "../voila"])("are no others: %o", (name) => {
    expect(() => checkApp(name)).toThrow(
      expect.objectContaining({ code: "unknown_app", status: 400 }),
    );
  });

  it.each([undefined, "voila", "app", "vscode"])("are these: %s", (name) => {
    expect(() => checkApp(name)).not.toThrow();
  });

  it("are those that the session's server knows", () => {
    const server = readFileSync("builder/assets/running_app.py", "utf8");
    const table = /^APPS = \{(.*)\}$/m.exec(server)?.[1] ?? "";
    expect([...table.matchAll(/"(\w+)":/g)].map(([, name]) => name)).toEqual([
      "voila",
      "app",
      "vscode",
    ]);
  });

  it("are what the session's page opens", () => {
    const ready = { state: "ready" as const, url: "http://localhost/s/x/", token: "t", path: null };
    const application = applicationView("app", null);
    expect(notebookUrl({ ...ready, application })).toBe(
      "http://localhost/s/x/colophon/apps/app/?token=t",
    );
  });
});
