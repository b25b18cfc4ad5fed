import fc from "fast-check";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { StandInEngine } from "#test/support/stand-in-engine.ts";

process.env.COLOPHON_SESSIONS_MAX = "100";
process.env.COLOPHON_SESSIONS_PER_PUBLICATION = "1000";
process.env.COLOPHON_SESSIONS_PER_ADDRESS = "1000";
const engine = new StandInEngine();
vi.mock("#lib/sessions/engine.ts", () => ({ engine: () => engine }));
await testDatabase();
const { emptyImage } = await import("#lib/sessions/docker-calls.ts");
const { docker } = await import("#lib/docker.ts");
const { beginSession } = await import("#lib/sessions/begin.ts");
const sessions = await import("#lib/sessions/index.ts");
const { claimSlots } = await import("#lib/sessions/pool/index.ts");
const { fillSlot } = await import("#lib/sessions/pool/fill.ts");
const { retireSlot } = await import("#lib/sessions/pool/retire.ts");
const { db } = await import("#lib/db/index.ts");
const { insertPaper } = await import("#test/support/pool.ts");

const never = new AbortController().signal;
const context = { signal: never, lastTry: true };
let imageId = "";
let nextPerson = 0;

beforeAll(async () => {
  imageId = (
    await docker()
      .getImage(await emptyImage())
      .inspect()
  ).Id;
});
afterEach(async () => {
  await sessions.endAllSessions("shutdown");
  expect([...engine.servers.keys()]).toEqual([]);
});

type Paper = Awaited<ReturnType<typeof insertPaper>>;

/** A launch by somebody who has never launched anything. */
function launch(paper: Paper) {
  const visitorId = `visitor-${nextPerson++}`;
  const { publicationId, versionId } = paper;
  const beginning = { publicationId, versionId, path: null, clientAddress: null };
  return beginSession(beginning, { userId: null, role: null, visitorId }).then((view) => ({
    visitorId,
    view,
  }));
}

async function insertSlot({ environmentKey }: Paper): Promise<string> {
  const { newSessionId, newSessionToken } = await import("#lib/sessions/identifiers.ts");
  const slot = await db().slot.create({
    data: {
      id: newSessionId(),
      token: newSessionToken(),
      environmentKey,
      imageId,
      state: "ready",
      readyAt: new Date(),
      engineRef: "a server",
      address: { kind: "unix", path: "/nowhere" },
      expiresAt: new Date(Date.now() + 3_600_000),
    },
  });
  return slot.id;
}

/** What may happen to a pool, in any order and at the same time. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("fill" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("launch" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("retire" as const), which: fc.nat(20) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("claim" as const),
      holdMs: fc.nat(6),
      commits: fc.boolean(),
    }),
  },
);
const lanes = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), {
  minLength: 2,
  maxLength: 6,
});

test("whatever happens at once, each slot is waiting, retired or with exactly one holder", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(4), lanes, async (atFirst, program) => {
      const paper = await insertPaper(imageId);
      const made: string[] = [];
      const given: string[] = [];
      const retired: string[] = [];
      for (let n = 0; n < atFirst; n += 1) made.push(await insertSlot(paper));
      const take = async ({ holdMs, commits }: { holdMs: number; commits: boolean }) => {
        const rollback = new Error("as if the process had died");
        const claim = db().$transaction(async (tx) => {
          const [slot = null] = await claimSlots(tx, paper.environmentKey, 1);
          await tx.$executeRaw`SELECT pg_sleep(${holdMs / 1000}::float8)`;
          if (!commits) throw rollback;
          return slot?.id;
        });
        try {
          const id = await claim;
          if (id) given.push(id);
        } catch (error) {
          if (error !== rollback) throw error;
        }
      };
      const perform = async (one: typeof step extends fc.Arbitrary<infer S> ? S : never) => {
        if (one.kind === "fill") made.push(await insertSlot(paper));
        if (one.kind === "claim") await take(one);
        if (one.kind === "launch") {
          const { view } = await launch(paper);
          if (view.warm) given.push(view.id);
        }
        if (one.kind === "retire") {
          const id = made[one.which];
          if (id && (await retireSlot(id, "not wanted"))) retired.push(id);
        }
      };
      await Promise.all(
        program.map(async (lane) => {
          for (const one of lane) await perform(one);
        }),
      );
      const where = { environmentKey: paper.environmentKey };
      const waiting = (await db().slot.findMany({ where })).map(({ id }) => id);
      expect([...waiting, ...given, ...retired].sort()).toEqual(made.toSorted());
      // Those of this run would only fill the places.
      await db().session.deleteMany({ where: { versionId: paper.versionId } });
      await db().slot.deleteMany({ where });
    }),
    { numRuns: 25 },
  );
}, 300_000);

test("a stampede of 200: no slot goes to two, and everybody's session is ready or queued", async () => {
  const paper = await insertPaper(imageId);
  const slots = 40;
  for (let n = 0; n < slots; n += 1) {
    await fillSlot({ key: paper.environmentKey, imageId }, never);
  }
  const waiting = new Map((await db().slot.findMany()).map((slot) => [slot.id, slot.token]));
  expect(waiting.size).toBe(slots);
  const end = new AbortController();
  await sessions.followLaunches(end.signal);

  const launched = await Promise.all(Array.from({ length: 200 }, () => launch(paper)));
  end.abort();
  const warm = launched.filter(({ view }) => view.warm);
  expect(warm).toHaveLength(slots);
  expect(await db().slot.count()).toBe(0);
  expect(new Set(launched.map(({ view }) => view.id)).size).toBe(200);
  // What the answers did not wait for, and what waited for a place.
  await Promise.all(
    launched.map(({ view }) => sessions.runStartSession({ sessionId: view.id }, context)),
  );

  const rows = await db().session.findMany({ where: { versionId: paper.versionId } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  expect(byId.size).toBe(200);
  for (const { view, visitorId } of launched) {
    const row = byId.get(view.id);
    // Whoever launched it has it, with the slot's own token, and nobody else.
    expect(row?.visitorId).toBe(visitorId);
    if (view.warm) expect(row).toMatchObject({ token: waiting.get(view.id), state: "ready" });
    expect(["ready", "queued"]).toContain(row?.state);
  }
  for (const column of ["token", "engineRef", "workspaceId"] as const) {
    const values = rows.map((row) => row[column]).filter((value) => value !== null);
    expect(new Set(values).size, column).toBe(values.length);
  }
  expect(rows.filter(({ state }) => state === "ready")).toHaveLength(100);
  expect(new Set(engine.started).size).toBe(engine.started.length);
  for (const { view } of warm) expect(engine.servers.get(view.id)?.claims).toBe(1);
}, 300_000);

test("a slot whose server is dead becomes a cold start under the same id", async () => {
  const paper = await insertPaper(imageId);
  await fillSlot({ key: paper.environmentKey, imageId }, never);
  const [slot] = await db().slot.findMany();
  await engine.kill(slot?.id ?? "");
  const { view } = await launch(paper);
  expect(view.id).toBe(slot?.id);
  await sessions.runStartSession({ sessionId: view.id }, context);
  const row = await db().session.findUniqueOrThrow({ where: { id: view.id } });
  expect(row).toMatchObject({ state: "ready", warm: false, token: slot?.token });
  expect(engine.started.filter((id) => id === view.id)).toHaveLength(2);
  expect(engine.servers.get(view.id)?.request.workspace.kind).toBe("bind");
});

test("a slot of another image than the present one, or past its time, is handed to nobody", async () => {
  const paper = await insertPaper(imageId);
  const old = await insertSlot(paper);
  await db().slot.update({ where: { id: old }, data: { imageId: "sha256:other" } });
  const late = await insertSlot(paper);
  await db().slot.update({ where: { id: late }, data: { expiresAt: new Date(Date.now() - 1) } });
  const unready = await insertSlot(paper);
  await db().slot.update({ where: { id: unready }, data: { state: "starting" } });
  const { view } = await launch(paper);
  expect(view).toMatchObject({ warm: false, state: "queued" });
  expect(await db().slot.count()).toBe(3);
});
