import { beforeEach, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";

await testDatabase();
const { insertSession } = await import("#test/support/sessions-rows.ts");
const accounts = await import("#lib/accounts/index.ts");
const { GET, POST } = await import("#app/api/auth/[...all]/route.ts");
const { config } = await import("#lib/config.ts");
const { db } = await import("#lib/db/index.ts");

const base = config().url;
const address = { kind: "unix" as const, path: "/nowhere" };
const password = "correct horse battery";
let count = 0;

async function call(endpoint: string, body: unknown, cookie = ""): Promise<Response> {
  count += 1;
  return await POST(
    new Request(`${base}/api/auth/${endpoint}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin: base,
        cookie,
        "x-forwarded-for": `198.51.100.${count}`,
      },
      body: JSON.stringify(body),
    }),
  );
}

const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");

let email: string;
let first: string;
let second: string;
let userId: string;
let sessionId: string;

/** A person who is signed in twice, with a session of theirs running. */
beforeEach(async () => {
  email = `${crypto.randomUUID()}@example.org`;
  first = cookieOf(await call("sign-up/email", { name: "Ada", email, password }));
  second = cookieOf(await call("sign-in/email", { email, password }));
  userId = (await accounts.viewerOf(new Headers({ cookie: first }))).userId ?? "";
  expect((await accounts.viewerOf(new Headers({ cookie: second }))).userId).toBe(userId);
  sessionId = (await insertSession(address)).id;
  await db().session.update({ where: { id: sessionId }, data: { userId } });
});

const whose = async (cookie: string) => (await accounts.viewerOf(new Headers({ cookie }))).userId;
const session = () => db().session.findUniqueOrThrow({ where: { id: sessionId } });

test("signing out takes back that login at once; the work goes on and stays its owner's", async () => {
  expect((await call("sign-out", {}, first)).status).toBe(200);
  expect(await whose(first)).toBeNull();
  expect(await whose(second)).toBe(userId);
  expect(await session()).toMatchObject({ state: "ready", userId });
});

test("a changed password takes back every other login, and ends what their tokens could still reach", async () => {
  const other = (await insertSession(address)).id;
  const wrong = {
    currentPassword: "not it",
    newPassword: "another horse",
    revokeOtherSessions: true,
  };
  expect((await call("change-password", wrong, first)).status).toBeGreaterThanOrEqual(400);
  expect((await session()).state).toBe("ready");
  const right = { ...wrong, currentPassword: password };
  expect((await call("change-password", right, first)).status).toBe(200);
  expect(await whose(second)).toBeNull();
  expect(await session()).toMatchObject({ state: "stopping", endReason: "login", userId });
  expect((await db().session.findUniqueOrThrow({ where: { id: other } })).state).toBe("ready");
});

test("whoever takes back all logins is out everywhere", async () => {
  expect((await call("revoke-sessions", {}, first)).status).toBe(200);
  expect([await whose(first), await whose(second)]).toEqual([null, null]);
  expect((await session()).state).toBe("stopping");
  const asked = await GET(
    new Request(`${base}/api/auth/get-session`, { headers: { cookie: first } }),
  );
  expect(await asked.json()).toBeNull();
});
