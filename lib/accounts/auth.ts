import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { config } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { logger } from "#lib/log.ts";
import { isSecure, ownOrigins } from "./origins.ts";
import { secret } from "./secret.ts";

const day = 24 * 3600;

/** A cookie's name: over TLS the prefix makes browsers refuse it from any other host or path. */
export function cookieName(name: string): string {
  return `${isSecure() ? "__Host-" : ""}colophon_${name}`;
}

function create() {
  const log = logger("accounts");
  return betterAuth({
    appName: "Colophon",
    baseURL: config().url,
    basePath: "/api/auth",
    secret: secret(),
    trustedOrigins: ownOrigins(),
    database: prismaAdapter(db(), { provider: "postgresql", transaction: true }),
    telemetry: { enabled: false },
    user: {
      additionalFields: {
        role: { type: "string", required: false, defaultValue: "author", input: false },
        orcid: { type: "string", required: false, input: false },
        affiliation: { type: "string", required: false, input: false },
      },
    },
    session: { modelName: "login", expiresIn: 30 * day, updateAge: day },
    emailAndPassword: {
      enabled: true,
      disableSignUp: config().signUp === "closed",
      minPasswordLength: 8,
      maxPasswordLength: 128,
      revokeSessionsOnPasswordReset: true,
    },
    // One address may be a whole class behind one router: generous for sign-up, tighter for guessing.
    rateLimit: {
      enabled: true,
      storage: "database",
      window: 60,
      max: 600,
      customRules: {
        "/sign-in/*": { window: 60, max: 30 },
        "/sign-up/*": { window: 60, max: 60 },
        "/change-password": { window: 60, max: 10 },
      },
    },
    advanced: {
      // Stated, because better-auth leaves both checks out under NODE_ENV=test.
      disableCSRFCheck: false,
      disableOriginCheck: false,
      // The names below carry the prefix themselves.
      useSecureCookies: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure() },
      cookies: {
        session_token: { name: cookieName("login") },
        session_data: { name: cookieName("login_data") },
        dont_remember: { name: cookieName("login_brief") },
      },
    },
    logger: {
      level: "warn",
      log: (level, message) => {
        if (level === "error") log.error({ reason: message }, "login error");
        else log.warn({ reason: message }, "login notice");
      },
    },
  });
}

type Auth = ReturnType<typeof create>;
const shared = globalThis as typeof globalThis & { colophonAuth?: Auth };

/** This process's better-auth instance, mounted at /api/auth; made at the first need. */
export function auth(): Auth {
  shared.colophonAuth ??= create();
  return shared.colophonAuth;
}
