import { stat } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";

const { dataDirectory } = await testDatabase();
const accounts = await import("#lib/accounts/index.ts");
const { db } = await import("#lib/db/index.ts");
const { config } = await import("#lib/config.ts");

const base = config().url;
let address = 0;

interface Answer {
  status: number;
  body: { code?: string; user?: { id: string; role: string } } | null;
  cookie: string;
  setCookie: string;
}

/** One request to better-auth, each from an address of its own unless the test says otherwise. */
async function call(
  endpoint: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  address += 1;
  const response = await accounts.auth().handler(
    new Request(`${base}/api/auth/${endpoint}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin: base,
        "x-forwarded-for": `198.51.100.${address % 250}`,
        ...headers,
      },
      body: JSON.stringify(body),
    }),
  );
  const setCookie = response.headers.getSetCookie().join("\n");
  return {
    status: response.status,
    body: (await response.json()) as Answer["body"],
    cookie: response.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; "),
    setCookie,
  };
}

const ada = { name: "Ada Lovelace", email: "ada@example.org", password: "engine-of-1843" };

async function signUp(person = ada): Promise<Answer> {
  const answer = await call("sign-up/email", person);
  expect(answer.status).toBe(200);
  return answer;
}

beforeEach(async () => {
  await db().user.deleteMany({ where: { email: { contains: "@example.org" } } });
  await db().rateLimit.deleteMany();
});

describe("signing up and in", () => {
  test("who signs up is an author, signed in by a cookie that scripts and other sites cannot use", async () => {
    const { cookie, setCookie } = await signUp();
    expect(setCookie).toMatch(/^colophon_login=[^;]+;/);
    expect(setCookie).toMatch(/HttpOnly/i);
    expect(setCookie).toMatch(/SameSite=Lax/i);
    expect(setCookie).toMatch(/Path=\//i);
    const identity = await accounts.identify(new Headers({ cookie }));
    expect(identity).toMatchObject({ by: "login", viewer: { role: "author" } });
    expect(await accounts.currentUser(new Headers({ cookie }))).toMatchObject({
      email: ada.email,
      name: ada.name,
    });
  });

  test("nobody chooses their own role", async () => {
    const answer = await call("sign-up/email", { ...ada, role: "administrator" });
    const user = await db().user.findUnique({ where: { email: ada.email } });
    expect(user?.role ?? "author").toBe("author");
    if (answer.status === 200) {
      const update = await call(
        "update-user",
        { role: "administrator" },
        { cookie: answer.cookie },
      );
      expect(update.status).toBeGreaterThanOrEqual(400);
      const after = await db().user.findUnique({ where: { email: ada.email } });
      expect(after?.role).toBe("author");
    }
  });

  test("the right password signs in, a wrong one does not, and signing out ends the login at once", async () => {
    await signUp();
    const wrong = await call("sign-in/email", { email: ada.email, password: "engine-of-1844" });
    expect(wrong.status).toBe(401);
    const right = await call("sign-in/email", { email: ada.email, password: ada.password });
    expect(right.status).toBe(200);
    const headers = new Headers({ cookie: right.cookie });
    expect((await accounts.viewerOf(headers)).userId).not.toBeNull();
    expect((await call("sign-out", {}, { cookie: right.cookie })).status).toBe(200);
    expect((await accounts.viewerOf(headers)).userId).toBeNull();
  });

  test("a forged login cookie is nobody's", async () => {
    const { cookie } = await signUp();
    const forged = cookie.replace(/\.[^;]+/, ".AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D");
    expect(forged).not.toBe(cookie);
    expect((await accounts.viewerOf(new Headers({ cookie: forged }))).userId).toBeNull();
  });

  test("signing in from another site's page is refused", async () => {
    await signUp();
    const answer = await call(
      "sign-in/email",
      { email: ada.email, password: ada.password },
      { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    );
    expect(answer.status).toBe(403);
  });

  test("guessing is slowed down, counted in the database", async () => {
    await signUp();
    const from = { "x-forwarded-for": "203.0.113.7" };
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 32; attempt += 1) {
      const { status } = await call(
        "sign-in/email",
        { email: "no@example.org", password: "x" },
        from,
      );
      statuses.push(status);
    }
    expect(statuses.filter((status) => status === 429).length).toBe(2);
    expect(await db().rateLimit.count()).toBeGreaterThan(0);
  });

  test("the key of the cookies is kept, readable by its owner alone", async () => {
    accounts.auth();
    const { mode } = await stat(path.join(dataDirectory, "secret"));
    expect(mode & 0o777).toBe(0o600);
  });
});

describe("API tokens", () => {
  test("a token is shown once, stands for its user, and ends when it is revoked", async () => {
    const { cookie } = await signUp();
    const viewer = await accounts.viewerOf(new Headers({ cookie }));
    const created = await accounts.createToken(viewer, " laptop ");
    expect(created.token).toMatch(/^clp_[A-Za-z0-9_-]{43}$/);
    expect(created.name).toBe("laptop");
    const stored = await db().apiToken.findUniqueOrThrow({ where: { id: created.id } });
    expect(JSON.stringify(stored)).not.toContain(created.token);

    const headers = new Headers({ authorization: `Bearer ${created.token}` });
    expect(await accounts.identify(headers)).toEqual({
      by: "token",
      viewer: { userId: viewer.userId, role: "author", visitorId: null },
    });
    const [listed] = await accounts.listTokens(viewer);
    expect(listed).toMatchObject({ id: created.id, prefix: created.token.slice(0, 10) });
    expect(listed?.lastUsedAt).not.toBeNull();
    expect(JSON.stringify(listed)).not.toContain(created.token);

    await accounts.revokeToken(viewer, created.id);
    await expect(accounts.viewerOf(headers)).rejects.toMatchObject({
      status: 401,
      code: "token_invalid",
    });
    expect(await accounts.listTokens(viewer)).toEqual([]);
  });

  test("nobody revokes somebody else's token", async () => {
    const viewer = await accounts.viewerOf(new Headers({ cookie: (await signUp()).cookie }));
    const other = await signUp({ ...ada, email: "charles@example.org" });
    const created = await accounts.createToken(viewer, "mine");
    const stranger = await accounts.viewerOf(new Headers({ cookie: other.cookie }));
    await expect(accounts.revokeToken(stranger, created.id)).rejects.toMatchObject({ status: 404 });
  });

  test.each(["Bearer nonsense", "Bearer ", "Basic YTpi", `Bearer clp_${"A".repeat(43)}`])(
    "%s is refused, even beside a valid cookie",
    async (authorization) => {
      const { cookie } = await signUp();
      await expect(accounts.viewerOf(new Headers({ authorization, cookie }))).rejects.toMatchObject(
        { status: 401 },
      );
    },
  );
});

describe("the first administrator", () => {
  test("is made once, can sign in, and owns the tokens made on the machine", async () => {
    await expect(accounts.createTokenForAdministrator("early")).rejects.toMatchObject({
      code: "no_administrator",
    });
    const [first, second] = await Promise.all([
      accounts.ensureAdministrator(),
      accounts.ensureAdministrator(),
    ]);
    const made = first ?? second;
    expect([first, second].filter(Boolean).length).toBe(1);
    expect(await accounts.ensureAdministrator()).toBeNull();
    const answer = await call("sign-in/email", made);
    expect(answer.status).toBe(200);
    const viewer = await accounts.viewerOf(new Headers({ cookie: answer.cookie }));
    expect(viewer.role).toBe("administrator");
    const { token } = await accounts.createTokenForAdministrator("machine");
    const byToken = await accounts.viewerOf(new Headers({ authorization: `Bearer ${token}` }));
    expect(byToken.userId).toBe(viewer.userId);
  });

  test("changes roles; an author cannot, and the last administrator cannot step down", async () => {
    const { cookie } = await signUp();
    const author = await accounts.viewerOf(new Headers({ cookie }));
    const userId = author.userId ?? "";
    await expect(accounts.setRole(author, userId, "administrator")).rejects.toMatchObject({
      status: 403,
    });
    await accounts.setRole(accounts.systemViewer, userId, "instructor");
    expect((await accounts.viewerOf(new Headers({ cookie }))).role).toBe("instructor");
    const administrator = await db().user.findFirstOrThrow({ where: { role: "administrator" } });
    await expect(
      accounts.setRole(accounts.systemViewer, administrator.id, "reader"),
    ).rejects.toMatchObject({ code: "last_administrator" });
  });

  test("the archive's own user is one, and cannot sign in", async () => {
    const ids = await Promise.all([accounts.ensureSystemUser(), accounts.ensureSystemUser()]);
    expect(new Set(ids).size).toBe(1);
    const answer = await call("sign-in/email", { email: "editors@colophon.invalid", password: "" });
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });
});
