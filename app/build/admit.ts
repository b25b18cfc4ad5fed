import {
  anonymousViewer,
  identify,
  isOwnOrigin,
  newVisitor,
  type Viewer,
} from "#lib/accounts/index.ts";
import { checkBuildToken, parseSpec } from "#lib/binder/index.ts";
import { isColophonError } from "#lib/errors.ts";
import { assertAllowed, assertLaunchRate } from "#lib/limits/index.ts";

/** A launch that may go ahead: whose it is. */
export interface Admitted {
  viewer: Viewer;
  clientAddress: string;
}

/**
 * Decides whether a request may launch `rawPath`, and for whom; `headers` are those of the answer. From our own launch
 * page (it has a build token) the session is the person's, by login or visitor cookie. A program's belongs to nobody
 * (its id is the capability), unless it sends an API token. Those without a token are counted by their address. Throws
 * `build_token_invalid`, `banned` (403), `too_many_launches` (429), `token_invalid` (401).
 */
export async function admit(
  request: Request,
  rawPath: string,
  headers: Headers,
): Promise<Admitted> {
  const clientAddress = request.headers.get("x-forwarded-for") ?? "unknown";
  const owner = await knownOwner(request, rawPath, headers).catch(async (error: unknown) => {
    // A made-up token is no way around the count.
    await count(clientAddress, headers);
    throw error;
  });
  // Before anything is read of the address: a flood of nonsense is a flood.
  if (owner === null) await count(clientAddress, headers);
  const viewer = owner ?? anonymousViewer;
  // Here already, and not only where the session begins: nothing is fetched or built for who is banned.
  await assertAllowed({ clientAddress, userId: viewer.userId, repository: plainName(rawPath) });
  return { viewer, clientAddress };
}

/** Who shows a token, and is therefore not counted; null for everybody else. */
async function knownOwner(
  request: Request,
  rawPath: string,
  headers: Headers,
): Promise<Viewer | null> {
  const buildToken = new URL(request.url).searchParams.get("build_token");
  if (buildToken !== null) {
    await checkBuildToken(buildToken, rawPath, request.headers.get("origin"));
  } else if (!request.headers.has("authorization")) return null;
  return await ownerOf(request, buildToken !== null, headers);
}

// However it is spelled in the address: percent signs must not get around a ban.
function plainName(rawPath: string): string {
  const { provider, repository, ref } = parseSpec(rawPath);
  return [provider, repository, ...(ref === null ? [] : [ref])].join("/");
}

// Cookies count on our own page only: another site's page must not begin anything in somebody's name.
async function ownerOf(request: Request, isOurPage: boolean, headers: Headers): Promise<Viewer> {
  const hasToken = request.headers.has("authorization");
  const isOurs = isOurPage && request.headers.has("sec-fetch-site") && isOwnOrigin(request.headers);
  if (!hasToken && !isOurs) return anonymousViewer;
  const { viewer } = await identify(request.headers);
  const visitor = viewer.userId === null ? newVisitor(request.headers) : null;
  if (!visitor) return viewer;
  headers.append("set-cookie", visitor.setCookie);
  return { ...viewer, visitorId: visitor.visitorId };
}

async function count(clientAddress: string, headers: Headers): Promise<void> {
  try {
    const rate = await assertLaunchRate(clientAddress);
    for (const [name, value] of Object.entries(rate)) headers.set(name, value);
  } catch (error) {
    const told = isColophonError(error) ? error.details?.headers : undefined;
    for (const [name, value] of Object.entries(told ?? {})) headers.set(name, String(value));
    throw error;
  }
}
