import fc from "fast-check";
import { expect, test } from "vitest";
import type { SessionState } from "#lib/sessions/index.ts";
import { testDatabase } from "#test/support/database.ts";
import { insertSession } from "#test/support/sessions-rows.ts";

await testDatabase();
const { changeSessionState, sessionTransitions } = await import("#lib/sessions/state.ts");
const { db } = await import("#lib/db/index.ts");

const states = Object.keys(sessionTransitions) as SessionState[];
const address = { kind: "unix" as const, path: "/nowhere" };

async function stateOf(id: string): Promise<SessionState> {
  return (await db().session.findUniqueOrThrow({ where: { id } })).state;
}

test("whatever is asked of it, a session's row moves along the table or stays as it is", async () => {
  const { id } = await insertSession(address, "queued");
  const steps = fc.array(fc.constantFrom(...states), { minLength: 1, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(steps, async (wanted) => {
      await db().session.update({ where: { id }, data: { state: "queued" } });
      let state: SessionState = "queued";
      for (const to of wanted) {
        const change = changeSessionState(id, to);
        if (sessionTransitions[state].includes(to)) {
          await change;
          state = to;
        } else {
          await expect(change).rejects.toMatchObject({ code: "illegal_transition", status: 409 });
        }
        expect(await stateOf(id)).toBe(state);
      }
    }),
    { numRuns: 40 },
  );
});

test("of many who make the same change at once, one does", async () => {
  const { id } = await insertSession(address, "ready");
  const tries = Array.from({ length: 10 }, (_, n) =>
    changeSessionState(id, "stopping", { endReason: `try ${n}` }).then(
      () => n,
      () => null,
    ),
  );
  const winners = (await Promise.all(tries)).filter((n) => n !== null);
  expect(winners).toHaveLength(1);
  const row = await db().session.findUniqueOrThrow({ where: { id } });
  expect(row.endReason).toBe(`try ${winners[0]}`);
});
