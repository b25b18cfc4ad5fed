export interface Destination {
  host: string;
  port: number;
}

/** Reads `host:port` as CONNECT gives it; null where it is something else. */
export function parseAuthority(text: string): Destination | null {
  const match = /^(\[[0-9a-f:.]+\]|[^:/?#@[\]\s]+):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[2]);
  if (!match?.[1] || port < 1 || port > 65_535) return null;
  return { host: plainName(match[1]), port };
}

/** A name as it is compared: lower case, no brackets, no final dot. */
export function plainName(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
}

/**
 * Whether the operator lists this destination. An entry is `host` (ports 80 and 443), `host:port`, or either with
 * `*.` in front for every name below the host.
 */
export function isListed({ host, port }: Destination, list: string[]): boolean {
  return list.some((entry) => {
    const exact = parseAuthority(entry);
    const name = exact?.host ?? plainName(entry);
    if (exact ? exact.port !== port : port !== 80 && port !== 443) return false;
    return name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name;
  });
}
