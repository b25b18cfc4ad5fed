import { gitRef, gitUrl } from "#lib/archive/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { parseDoi } from "#lib/identifiers/index.ts";
import { type BinderSpec, type ProviderId, providerIds } from "./types.ts";

const longest = 2_000;
const ownerGrammar = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/;
const repoGrammar = /^(?!\.{1,2}$)[A-Za-z0-9._][A-Za-z0-9._-]{0,99}$/;
const namespaceGrammar = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/;
const gistGrammar = /^[0-9a-f]{1,40}$/i;
const doiGrammar = /^10\.\d{4,9}\/[-._;()/:A-Za-z0-9*~$=]{1,240}$/;

/**
 * Reads `<provider>/<spec>` of a Binder address, as it stands in the path before anything is decoded: `%2F` inside a
 * part is not the same as `/` between parts. Throws `provider_unknown` (404), `spec_invalid` (400), and what is wrong
 * with a git address or ref (422).
 */
export function parseSpec(rawPath: string): BinderSpec {
  if (rawPath.length > longest) throw invalid("The address is too long.");
  // What decodes to these is refused by the grammars below; this is for what does not even need decoding.
  if (hasControl(rawPath) || rawPath.includes("\\")) {
    throw invalid("The address has control characters.");
  }
  const at = rawPath.indexOf("/");
  const prefix = at < 0 ? rawPath : rawPath.slice(0, at);
  const provider = providerIds.find((id) => id === prefix);
  if (!provider) {
    throw new ColophonError(
      "provider_unknown",
      404,
      `No provider found for prefix ${show(prefix)}.`,
      {
        hint: `There are: ${providerIds.join(", ")}.`,
      },
    );
  }
  const spec = at < 0 ? "" : rawPath.slice(at + 1).replace(/\/+$/, "");
  if (!spec) throw invalid("The address names no repository.", provider);
  return { provider, spec, ...readers[provider](spec) };
}

type Read = Pick<BinderSpec, "repository" | "ref">;

const readers: Record<ProviderId, (spec: string) => Read> = {
  gh(spec) {
    const [owner = "", repo = "", ref] = parts(spec, 3);
    const name = repo.replace(/\.git$/, "");
    if (!ownerGrammar.test(owner) || !repoGrammar.test(name)) throw malformed("gh");
    return { repository: `${owner}/${name}`, ref: refOf(ref, "gh") };
  },
  gl(spec) {
    const [namespace = "", ref] = parts(spec, 2);
    const segments = namespace.replace(/\.git$/, "").split("/");
    const sound =
      segments.length >= 2 &&
      segments.length <= 21 &&
      segments.every((each) => namespaceGrammar.test(each) && !each.includes(".."));
    if (!sound) throw malformed("gl");
    return { repository: segments.join("/"), ref: refOf(ref, "gl") };
  },
  gist(spec) {
    const [owner = "", id = "", ref] = parts(spec, 3);
    if (!ownerGrammar.test(owner) || !gistGrammar.test(id)) throw malformed("gist");
    return {
      repository: `${owner}/${id.toLowerCase()}`,
      ref: ref === undefined || ref === "" ? "HEAD" : gitRef(ref),
    };
  },
  git(spec) {
    const [address = "", ref] = parts(spec, 2);
    return { repository: gitUrl(address).href, ref: refOf(ref, "git") };
  },
  zenodo: doi("zenodo"),
  figshare: doi("figshare"),
  dataverse: doi("dataverse"),
  hydroshare(spec) {
    const decoded = decode(spec);
    const id = /^(?:https?:\/\/[a-z0-9.-]+\/resource\/)?([0-9a-f]{32})\/?$/i.exec(decoded)?.[1];
    if (!id) throw malformed("hydroshare");
    return { repository: id.toLowerCase(), ref: null };
  },
  doi(spec) {
    const known = parseDoi(decode(spec));
    if (!known) throw malformed("doi");
    return { repository: known, ref: null };
  },
};

function doi(provider: ProviderId): (spec: string) => Read {
  return (spec) => {
    const bare = decode(spec).replace(/^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:)/i, "");
    if (!doiGrammar.test(bare) || bare.includes("..")) throw malformed(provider);
    return { repository: bare, ref: null };
  };
}

/** The first parts of a spec, decoded; the last one has all the rest, slashes included. */
function parts(spec: string, count: number): string[] {
  const raw = spec.split("/");
  const head = raw.slice(0, count - 1);
  const rest = raw.slice(count - 1);
  return [...head, ...(rest.length ? [rest.join("/")] : [])].map(decode);
}

function refOf(ref: string | undefined, provider: ProviderId): string {
  if (ref === undefined || ref === "") throw malformed(provider);
  return gitRef(ref);
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) {
      throw invalid("The address has a percent sign that encodes no text.");
    }
    throw error;
  }
  if (hasControl(decoded)) throw invalid("The address has control characters.");
  return decoded;
}

function hasControl(text: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);
}

/** What a stranger wrote, short and without anything that a terminal or a page could take amiss. */
function show(text: string): string {
  return text.replace(/[^\w.%-]/g, "?").slice(0, 40);
}

/** How the specs of each provider look, for people who got one wrong. */
const shapes: Record<ProviderId, string> = {
  gh: "owner/repository/ref",
  gl: "group%2Fproject/ref, with the slashes of the project's path written as %2F",
  gist: "user/id or user/id/commit",
  git: "https%3A%2F%2Fexample.org%2Frepository.git/ref, with the address percent-encoded",
  zenodo: "10.5281/zenodo.1234",
  figshare: "10.6084/m9.figshare.1234.v1",
  dataverse: "10.7910/DVN/ABCDEF",
  hydroshare: "the resource's 32 hexadecimal digits",
  doi: "a DOI of this archive",
};

function malformed(provider: ProviderId): ColophonError {
  return invalid(`This is not a spec of the provider ${provider}.`, provider);
}

function invalid(message: string, provider?: ProviderId): ColophonError {
  return new ColophonError("spec_invalid", 400, message, {
    ...(provider ? { hint: `After ${provider}/ comes ${shapes[provider]}.` } : {}),
  });
}
