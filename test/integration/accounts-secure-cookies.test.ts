import { expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";

process.env.COLOPHON_URL = "https://papers.example.org";
await testDatabase();
const accounts = await import("#lib/accounts/index.ts");

const base = "https://papers.example.org";

test("over TLS the login's cookie is bound to this very host, and out of reach of scripts", async () => {
  const response = await accounts.auth().handler(
    new Request(`${base}/api/auth/sign-up/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: base, "x-forwarded-for": "192.0.2.1" },
      body: JSON.stringify({ name: "Ada", email: "ada@example.org", password: "correct horse" }),
    }),
  );
  expect(response.status).toBe(200);
  const cookies = response.headers.getSetCookie();
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies) {
    expect(cookie).toMatch(/^__Host-colophon_/);
    for (const attribute of [/; Path=\/(;|$)/i, /; HttpOnly/i, /; Secure/i, /; SameSite=Lax/i]) {
      expect(cookie).toMatch(attribute);
    }
    // With a Domain browsers refuse the prefix, and every host below could read it.
    expect(cookie).not.toMatch(/; Domain=/i);
  }
  const cookie = cookies[0]?.split(";")[0] ?? "";
  expect((await accounts.viewerOf(new Headers({ cookie }))).role).toBe("author");
  // A neighbour can set a cookie without the prefix: it counts for nothing.
  const tossed = cookie.replace("__Host-", "");
  expect((await accounts.viewerOf(new Headers({ cookie: tossed }))).userId).toBeNull();
});

test("a visitor's cookie is no weaker", () => {
  const made = accounts.newVisitor(new Headers({ "sec-fetch-site": "same-origin" }));
  expect(made?.setCookie).toMatch(
    /^__Host-colophon_visitor=[\w-]{32}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
  );
});
