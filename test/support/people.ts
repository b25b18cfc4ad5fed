import { randomUUID } from "node:crypto";
import { createToken, type Role, type Viewer } from "#lib/accounts/index.ts";
import { db } from "#lib/db/index.ts";

/** A person in the database with an API token. */
export interface Person {
  viewer: Viewer & { userId: string };
  token: string;
}

/** Makes a user with a role and a token, without the sign-up form. */
export async function person(role: Role = "author", name = "Test Person"): Promise<Person> {
  const userId = randomUUID();
  await db().user.create({ data: { id: userId, name, email: `${userId}@example.org`, role } });
  const viewer = { userId, role, visitorId: null };
  const { token } = await createToken(viewer, "test");
  return { viewer, token };
}
