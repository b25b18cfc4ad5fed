import { db } from "#lib/db/index.ts";
import { ColophonError, notFound } from "#lib/errors.ts";
import type { Viewer } from "./viewer.ts";

/** From the least to the most that one may do: read and run; publish and fork; teach; everything. */
export const roles = ["reader", "author", "instructor", "administrator"] as const;
export type Role = (typeof roles)[number];

/** A person as an administrator sees them. */
export interface UserView {
  id: string;
  name: string;
  email: string;
  role: Role;
  createdAt: string;
}

function toView(user: {
  id: string;
  name: string;
  email: string;
  role: Role;
  createdAt: Date;
}): UserView {
  const { id, name, email, role, createdAt } = user;
  return { id, name, email, role, createdAt: createdAt.toISOString() };
}

/** Throws 401 `sign_in_required` for somebody who is not signed in; gives the user's id. */
export function requireUser(viewer: Viewer): string {
  if (viewer.userId === null) {
    throw new ColophonError("sign_in_required", 401, "This needs an account.", {
      hint: "Sign in, or send an API token: `Authorization: Bearer <token>`.",
    });
  }
  return viewer.userId;
}

/** Throws unless the viewer has this role or a higher one: 401 when not signed in, else 403 `role_required`. */
export function requireRole(viewer: Viewer, least: Role): void {
  if (viewer.role === null) requireUser(viewer);
  if (viewer.role !== null && roles.indexOf(viewer.role) >= roles.indexOf(least)) return;
  throw new ColophonError("role_required", 403, `This needs the role ${least}.`, {
    hint: "Ask an administrator of this archive to change your role.",
  });
}

/** The signed-in viewer as a person. Throws 401 `sign_in_required`. */
export async function getOwnUser(viewer: Viewer): Promise<UserView> {
  const user = await db().user.findUnique({ where: { id: requireUser(viewer) } });
  if (!user) throw notFound("user");
  return toView(user);
}

/** Everybody with an account, oldest first, for administrators. */
export async function listUsers(viewer: Viewer): Promise<UserView[]> {
  requireRole(viewer, "administrator");
  const users = await db().user.findMany({ orderBy: { createdAt: "asc" }, take: 1_000 });
  return users.map(toView);
}

/** Gives a user another role, for administrators. The last administrator cannot step down (409). */
export async function setRole(viewer: Viewer, userId: string, role: Role): Promise<UserView> {
  requireRole(viewer, "administrator");
  return await db().$transaction(async (tx) => {
    // Two administrators who demote each other at once must not both succeed.
    await tx.$queryRaw`SELECT id FROM "User" WHERE role = 'administrator' FOR UPDATE`;
    const user = await tx.user.findUnique({ where: { id: userId } });
    if (!user) throw notFound("user");
    if (user.role === "administrator" && role !== "administrator") {
      const others = await tx.user.count({
        where: { role: "administrator", id: { not: userId }, accounts: { some: {} } },
      });
      if (others === 0) {
        throw new ColophonError("last_administrator", 409, "This is the only administrator.", {
          hint: "Make somebody else an administrator first.",
        });
      }
    }
    return toView(await tx.user.update({ where: { id: userId }, data: { role } }));
  });
}
