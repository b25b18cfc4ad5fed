import { uptime } from "node:os";
import { beforeEach, expect, test, vi } from "vitest";
import { testDatabase } from "#test/support/database.ts";

await testDatabase();
const { insertSession } = await import("#test/support/sessions-rows.ts");
const { followClock } = await import("#lib/sessions/clock.ts");
const { endOverdue } = await import("#lib/sessions/overdue.ts");
const { config } = await import("#lib/config.ts");
const { db } = await import("#lib/db/index.ts");

const hour = 3_600_000;
const address = { kind: "unix" as const, path: "/nowhere" };
const clocks = (byMs: number, boot = "one") => ({
  now: () => Date.now() + byMs,
  steady: () => uptime() * 1000,
  boot: async () => boot,
});

/** A session that is ready since `readyMs` ago and was last used `usedMs` ago. */
async function session(readyMs: number, usedMs: number): Promise<string> {
  const { id } = await insertSession(address);
  const now = Date.now();
  await db().session.update({
    where: { id },
    data: {
      readyAt: new Date(now - readyMs),
      lastActivityAt: new Date(now - usedMs),
      expiresAt: new Date(now - readyMs + config().session.maxSeconds * 1000),
    },
  });
  return id;
}

const row = (id: string) => db().session.findUniqueOrThrow({ where: { id } });

beforeEach(async () => {
  vi.useRealTimers();
  await db().session.deleteMany();
  await db().setting.deleteMany({ where: { key: "clock" } });
  // What this process remembers of an earlier test.
  await followClock(clocks(900 * 24 * hour, "earlier"));
  await followClock(clocks(0));
});

test("a clock that is set forwards by hours ends nobody's session", async () => {
  const id = await session(hour, 60_000);
  const { expiresAt } = await row(id);
  expect(await followClock(clocks(5 * hour))).toBeCloseTo(5 * hour, -3);
  const after = await row(id);
  expect((after.expiresAt?.getTime() ?? 0) - (expiresAt?.getTime() ?? 0)).toBeCloseTo(5 * hour, -3);
  expect(Date.now() + 5 * hour - after.lastActivityAt.getTime()).toBeLessThan(2 * 60_000);
  expect(await followClock(clocks(5 * hour)), "once").toBe(0);
});

test("a clock that is set backwards by hours keeps nobody's session longer", async () => {
  const id = await session(hour, 60_000);
  expect(await followClock(clocks(-5 * hour))).toBeCloseTo(-5 * hour, -3);
  const after = await row(id);
  const now = Date.now() - 5 * hour;
  expect(now - after.lastActivityAt.getTime()).toBeGreaterThan(0);
  const left = (after.expiresAt?.getTime() ?? 0) - now;
  expect(left).toBeCloseTo(config().session.maxSeconds * 1000 - hour, -4);
});

test("sessions that began by the new time, small corrections and a restart of the machine move nothing", async () => {
  const old = await session(hour, 60_000);
  const before = await row(old);
  expect(await followClock(clocks(30_000))).toBe(0);
  expect(await followClock(clocks(700 * hour, "restarted"))).toBe(0);
  expect(await row(old)).toEqual(before);
  await followClock(clocks(0, "restarted again"));
  const fresh = await session(1_000, 500);
  const made = await row(fresh);
  // The clock was five hours ahead and is right again: this session began since.
  await followClock(clocks(5 * hour, "two"));
  await followClock(clocks(0, "two"));
  expect(await row(fresh)).toEqual(made);
  expect((await row(old)).expiresAt).not.toEqual(before.expiresAt);
});

test("kept workspaces are not removed because the clock was set", async () => {
  const id = await session(hour, 60_000);
  const { workspaceId } = await row(id);
  const expiresAt = new Date(Date.now() + 24 * hour);
  await db().workspace.update({ where: { id: workspaceId }, data: { expiresAt } });
  await followClock(clocks(48 * hour));
  const kept = await db().workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  expect((kept.expiresAt?.getTime() ?? 0) - expiresAt.getTime()).toBeCloseTo(48 * hour, -3);
});

test("the reaper asks the clock first", async () => {
  const id = await session(hour, 60_000);
  // As if another machine had been here last: this one notes its own clock.
  await followClock(clocks(800 * 24 * hour, "another"));
  await endOverdue();
  const real = Date.now;
  vi.spyOn(Date, "now").mockImplementation(() => real() + 5 * hour);
  try {
    await endOverdue();
  } finally {
    vi.restoreAllMocks();
  }
  expect((await row(id)).state).toBe("ready");
});
