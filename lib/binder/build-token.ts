import { createHmac } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { secret } from "#lib/accounts/index.ts";
import { ColophonError } from "#lib/errors.ts";

const lifetimeSeconds = 300;
const algorithm = "HS256";

// A key of its own, so that no other thing that the archive signs can pass for a build token.
function key(): Uint8Array {
  return createHmac("sha256", secret()).update("colophon build token").digest();
}

/**
 * Makes the token by which our own launch page may launch `<provider>/<spec>`, as BinderHub makes it: a JWT whose
 * audience is the spec, with the origin of the page; good for five minutes.
 */
export async function makeBuildToken(rawPath: string, origin: string): Promise<string> {
  return await new SignJWT({ origin })
    .setProtectedHeader({ alg: algorithm })
    .setAudience(rawPath)
    .setIssuedAt()
    .setExpirationTime(`${lifetimeSeconds}s`)
    .sign(key());
}

/**
 * Checks a build token for this very spec and, where the request names one, this origin. Throws `build_token_invalid`
 * (403).
 */
export async function checkBuildToken(
  token: string,
  rawPath: string,
  origin: string | null,
): Promise<void> {
  try {
    const { payload } = await jwtVerify(token, key(), {
      algorithms: [algorithm],
      audience: rawPath,
      requiredClaims: ["exp", "origin"],
    });
    if (origin === null || payload.origin === origin) return;
  } catch (error) {
    throw refused(error);
  }
  throw refused();
}

function refused(cause?: unknown): ColophonError {
  return new ColophonError("build_token_invalid", 403, "Invalid build token.", {
    hint: "Load the launch page again.",
    cause,
  });
}
