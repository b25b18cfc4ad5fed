import { randomInt, randomUUID } from "node:crypto";
import { db, Prisma } from "#lib/db/index.ts";
import { auth } from "./auth.ts";

const settingKey = "administrator";
const administratorEmail = "administrator@colophon.local";
// No 0/O, 1/l/I: it is read off a terminal.
const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function randomPassword(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

/**
 * Makes the first administrator, once in an archive's life, and gives how they sign in; null ever after.
 * Of several processes that ask at once, one makes it.
 */
export async function ensureAdministrator(): Promise<{ email: string; password: string } | null> {
  if (await db().setting.findUnique({ where: { key: settingKey } })) return null;
  const password = randomPassword(20);
  const { password: hasher } = await auth().$context;
  const hash = await hasher.hash(password);
  const userId = randomUUID();
  try {
    await db().$transaction(async (tx) => {
      await tx.setting.create({ data: { key: settingKey, value: { userId } } });
      await tx.user.create({
        data: {
          id: userId,
          name: "Administrator",
          email: administratorEmail,
          emailVerified: true,
          role: "administrator",
          accounts: {
            create: {
              id: randomUUID(),
              accountId: userId,
              providerId: "credential",
              password: hash,
            },
          },
        },
      });
    });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002")
      return null;
    throw error;
  }
  return { email: administratorEmail, password };
}

/** The user who owns what the archive itself publishes. Has no password: nobody can sign in as them. */
export async function ensureSystemUser(): Promise<string> {
  const id = "colophon-editors";
  await db().user.createMany({
    data: [{ id, name: "Colophon editors", email: "editors@colophon.invalid", role: "author" }],
    skipDuplicates: true,
  });
  return id;
}
