import type { Page } from "@playwright/test";

const url = process.env.COLOPHON_TEST_URL ?? "";
const token = process.env.COLOPHON_TEST_TOKEN ?? "";

interface Paper {
  id: string;
  slug: string;
  title: string;
  doi: string;
}

async function read<T>(path: string): Promise<T> {
  const response = await fetch(new URL(path, url), { signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}

/** One of the gallery's papers, found by words of its title. Their images are there before the tests begin. */
export async function paper(words: string): Promise<Paper> {
  const page = await read<{ items: Paper[] }>(`/api/publications?q=${encodeURIComponent(words)}`);
  const found = page.items[0];
  if (!found) throw new Error(`no paper for ${words}`);
  return found;
}

/** Signs a new person up by the pages; gives their e-mail address and password. */
export async function signUp(
  page: Page,
  name: string,
): Promise<{ email: string; password: string }> {
  const person = {
    email: `${name.toLowerCase().replace(/\W+/g, ".")}.${Date.now()}@example.org`,
    password: "correct horse battery",
  };
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Create the account" }).click();
  return person;
}

/** Signs in by the page that is open. */
export async function signIn(page: Page, person: { email: string; password: string }) {
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Asks the API with an administrator's token. Throws for a refusal. */
export async function askAsOperator<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** Signs up somebody new, who is then made an administrator. */
export async function becomeAdministrator(page: Page): Promise<void> {
  await page.goto("/sign-up");
  const { email } = await signUp(page, "Olga Operator");
  await page.waitForURL((here) => !here.pathname.startsWith("/sign-up"));
  const users = await askAsOperator<{ id: string; email: string }[]>("GET", "/api/users");
  const id = users.find((user) => user.email === email)?.id;
  await askAsOperator("PUT", `/api/users/${id}/role`, { role: "administrator" });
}
