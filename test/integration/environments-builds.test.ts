import { expect, test } from "vitest";
import { enqueue, type Handlers, startWorking } from "#lib/jobs/index.ts";
import { testDatabase } from "#test/support/database.ts";

await testDatabase();
const { db } = await import("#lib/db/index.ts");
const { cancelBuild, collectImages, getBuild, readBuildLog, requestBuild } = await import(
  "#lib/environments/index.ts"
);
const { BuildLogWriter } = await import("#lib/environments/log.ts");
const { changeBuildState } = await import("#lib/environments/state.ts");

async function environment(key: string): Promise<string> {
  const summary = { language: "Python", languageVersion: "3.11", declaredBy: [] };
  await db().environment.create({ data: { key, spec: { summary } } });
  return key;
}

test("twenty who ask at once for the same environment get the same build", async () => {
  const key = await environment("same");
  const ids = await Promise.all(Array.from({ length: 20 }, () => requestBuild(key)));
  expect(new Set(ids).size).toBe(1);
  expect(await db().build.count({ where: { environmentKey: key } })).toBe(1);
});

test("a cancelled build stays cancelled, and the next one who asks gets a new one", async () => {
  const key = await environment("cancelled");
  const first = await requestBuild(key);
  await cancelBuild(first);
  expect((await getBuild(first)).state).toBe("cancelled");
  await expect(changeBuildState(first, "building")).rejects.toMatchObject({
    code: "illegal_transition",
  });
  expect(await requestBuild(key)).not.toBe(first);
});

test("a build for which somebody waits goes before those in the background", async () => {
  const order: string[] = [];
  const background: string[] = [];
  for (const name of ["a", "b", "c"]) {
    background.push(await requestBuild(await environment(`bg-${name}`), { background: true }));
  }
  const wanted = background.at(-1) ?? "";
  expect(await requestBuild("bg-c")).toBe(wanted);
  const stop = new AbortController();
  await new Promise<void>((resolve) => {
    const nothing = async () => undefined;
    const handlers: Handlers = {
      ingest: nothing,
      publish: nothing,
      "start-session": nothing,
      "end-session": nothing,
      reap: nothing,
      build: async ({ buildId }) => {
        if (background.includes(buildId)) order.push(buildId);
        if (order.length === background.length) resolve();
      },
    };
    void startWorking(handlers, stop.signal).then(() => enqueue("reap", {}));
  });
  stop.abort();
  expect(order.indexOf(wanted)).toBeLessThan(background.length - 1);
});

test("the log is kept in order, and a second try goes on behind the first", async () => {
  const id = await requestBuild(await environment("log"));
  const first = await BuildLogWriter.open(id);
  for (let line = 0; line < 100; line++) first.write(`line ${line}\n`);
  await first.flush();
  const second = await BuildLogWriter.open(id);
  second.write("again \0 with a NUL\n");
  await second.flush();
  const text = (await readBuildLog(id)).map((chunk) => chunk.text).join("");
  expect(text.startsWith("line 0\nline 1\n")).toBe(true);
  expect(text.endsWith("line 99\nagain � with a NUL\n")).toBe(true);
});

test("images go by least use until the rest fits, and never one that is in use", async () => {
  await db().environment.updateMany({ data: { imageId: null } });
  const sizes: Record<string, number> = { old: 40, used: 40, recent: 40, newest: 40 };
  for (const [day, name] of Object.keys(sizes).entries()) {
    await environment(`gc-${name}`);
    await db().environment.update({
      where: { key: `gc-${name}` },
      data: { imageId: name, lastUsedAt: new Date(2026, 0, day + 1) },
    });
  }
  const removed: string[] = [];
  const freed = await collectImages(100, {
    sizes: async () => new Map(Object.entries(sizes)),
    remove: async (id) => {
      if (id === "used") return false;
      removed.push(id);
      return true;
    },
  });
  expect(removed).toEqual(["old"]);
  expect(freed).toBe(40);
  const left = await db().environment.findMany({ where: { imageId: { not: null } } });
  expect(left.map(({ imageId }) => imageId).sort()).toEqual(["newest", "recent", "used"]);
});
