/** DataCite's historic test prefix: nothing under it is ever registered. */
const testPrefix = "10.5072";

/** What pages and formats say beside a DOI that is not registered. */
export const testPrefixNotice = "test identifier, not registered";

const grammar = /^10\.\d{4,9}\/[-._;()/:a-z0-9*~$=]+$/;

/**
 * The DOI in what a person typed: bare, `doi:…`, or an address at doi.org or at any resolver or archive whose path ends in it.
 * Lower case, as DOIs compare without regard to case; null where there is none.
 */
export function parseDoi(text: string): string | null {
  const trimmed = text
    .slice(0, 2_000)
    .trim()
    .replace(/^<(.*)>$/, "$1");
  const bare = trimmed.replace(/^(?:(?:info:)?doi:\s*|urn:doi:)/i, "");
  if (!/^https?:\/\//i.test(bare)) return accept(bare) ?? accept(decoded(bare));
  const url = URL.parse(bare);
  if (!url) return null;
  const at = decoded(url.pathname).search(/(?<![\w.])10\.\d{4,9}\//);
  return at === -1 ? null : accept(decoded(url.pathname).slice(at));
}

/** Where a DOI leads: the global resolver, or the archive's own page for one that is not registered. */
export function doiUrl(doi: string, archiveUrl: string): string {
  return `${isTestPrefix(doi) ? `${archiveUrl}/doi` : "https://doi.org"}/${encodeDoi(doi)}`;
}

/** A DOI as the path of a URL. */
export function encodeDoi(doi: string): string {
  return doi.split("/").map(encodeURIComponent).join("/");
}

/** Whether a DOI only looks like one: it has to be shown with `testPrefixNotice`. */
export function isTestPrefix(doi: string): boolean {
  return doi.startsWith(`${testPrefix}/`) || doi === testPrefix;
}

function accept(candidate: string): string | null {
  const doi = candidate.toLowerCase();
  return doi.length <= 255 && grammar.test(doi) ? doi : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
