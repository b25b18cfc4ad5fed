import { expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";

await testDatabase();
const { api } = await import("#test/support/api.ts");
const { person } = await import("#test/support/people.ts");
const { auth, systemViewer } = await import("#lib/accounts/index.ts");
const { config } = await import("#lib/config.ts");
const { NewTokenAnswer, TokenAnswer, UserAnswer } = await import("#app/api/answers.ts");

async function signUp(email: string): Promise<string> {
  const response = await auth().handler(
    new Request(`${config().url}/api/auth/sign-up/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: config().url },
      body: JSON.stringify({ name: "Someone", email, password: "long enough" }),
    }),
  );
  expect(response.status).toBe(200);
  return response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}

test("what better-auth refuses is a problem too, with the words that its client reads", async () => {
  const { POST } = await import("#app/api/auth/[...all]/route.ts");
  const response = await POST(
    new Request(`${config().url}/api/auth/sign-in/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: config().url },
      body: JSON.stringify({ email: "nobody@example.org", password: "not this one" }),
    }),
  );
  expect(response.status).toBe(401);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const { message, ...body } = await response.json();
  expect(message).toEqual(expect.any(String));
  expect(body).toMatchObject({ status: 401, code: "INVALID_EMAIL_OR_PASSWORD", detail: message });
});

test("tokens are made, listed and revoked with a login from our own page", async () => {
  const cookie = await signUp("token@example.org");
  const own = { cookie, headers: { origin: config().url, "sec-fetch-site": "same-origin" } };
  const made = await api("POST", "/api/tokens", { ...own, json: { name: "laptop" } });
  expect(made.status, made.text).toBe(201);
  const { token, id } = NewTokenAnswer.parse(made.body);
  const listed = await api<unknown[]>("GET", "/api/tokens", { token });
  expect(listed.body.map((one) => TokenAnswer.parse(one).id)).toEqual([id]);
  expect(listed.text).not.toContain(token);
  const me = await api("GET", "/api/me", { token });
  expect(UserAnswer.parse(me.body)).toMatchObject({ email: "token@example.org", role: "author" });
  expect((await api("DELETE", `/api/tokens/${id}`, own)).status).toBe(204);
  expect((await api("GET", "/api/tokens", { token })).body).toMatchObject({
    code: "token_invalid",
  });
});

test.each([
  [{ origin: "https://evil.example" }],
  [{ origin: "http://localhost:3001", "sec-fetch-site": "same-site" }],
  [{ "sec-fetch-site": "cross-site" }],
])("a login is of no use to another site's page (%o)", async (headers: Record<string, string>) => {
  const cookie = await signUp(`${Object.values(headers).join("").replace(/\W/g, "")}@example.org`);
  const answer = await api("POST", "/api/tokens", { cookie, headers, json: { name: "theirs" } });
  expect([answer.status, answer.body.code]).toEqual([403, "cross_site"]);
  const after = await api<unknown[]>("GET", "/api/tokens", { cookie });
  expect(after.body).toEqual([]);
});

test("roles are for administrators to see and to give", async () => {
  const administrator = await person("administrator");
  const author = await person("author");
  expect((await api("GET", "/api/users", { token: author.token })).status).toBe(403);
  expect((await api("GET", "/api/users")).status).toBe(401);
  const users = await api<unknown[]>("GET", "/api/users", { token: administrator.token });
  expect(users.body.map((one) => UserAnswer.parse(one).id)).toContain(author.viewer.userId);
  const path = `/api/users/${author.viewer.userId}/role`;
  const refused = await api("PUT", path, { token: author.token, json: { role: "administrator" } });
  expect(refused.status).toBe(403);
  const given = await api("PUT", path, {
    token: administrator.token,
    json: { role: "instructor" },
  });
  expect(given.body).toMatchObject({ role: "instructor" });
  const wrong = await api("PUT", path, { token: administrator.token, json: { role: "king" } });
  expect(wrong.status).toBe(400);
  const nobody = await api("PUT", "/api/users/nobody/role", {
    token: administrator.token,
    json: { role: "reader" },
  });
  expect(nobody.status).toBe(404);
  expect(systemViewer.userId).toBeNull();
});
