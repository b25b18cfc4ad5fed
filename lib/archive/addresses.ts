import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { config } from "#lib/config.ts";
import { ColophonError } from "#lib/errors.ts";

/** Public by its range, but the metadata service of a cloud all the same. */
const metadataServices = new Set(["168.63.129.16"]);

/**
 * Whether an address is on the public Internet: not private, loopback, link-local, multicast, documentation, carrier NAT,
 * nor one of those wrapped in IPv6 (mapped, 6to4, Teredo, NAT64).
 */
export function isPublicAddress(address: string): boolean {
  // Only the usual spellings: "0177.1" means different things to different programs.
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === "unicast" && !metadataServices.has(parsed.toString());
}

/** Turns a host name into addresses. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

const resolveAll: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/** Whether the operator lets imports reach this host although it may be private. */
export function isAllowed(host: string, port: number, allow: string[]): boolean {
  const name = bare(host).toLowerCase();
  return allow.some((entry) => {
    const wanted = entry.toLowerCase();
    return wanted === name || wanted === `${name}:${port}` || wanted === `[${name}]:${port}`;
  });
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}

/**
 * The addresses of a host, each of which may be connected to. Connect to one of these and to nothing else: a name may
 * mean another address a moment later. Throws `source_forbidden` (422) when any of them is not public, unless the
 * operator allows the host; `source_unreachable` (422) when there is none.
 */
export async function checkedAddresses(
  host: string,
  port: number,
  {
    allow = config().fetchAllow,
    resolve = resolveAll,
  }: { allow?: string[]; resolve?: Resolve } = {},
): Promise<LookupAddress[]> {
  const name = bare(host);
  const family = isIP(name);
  const addresses = family ? [{ address: name, family }] : await resolved(name, resolve);
  if (isAllowed(name, port, allow)) return addresses;
  // One bad address among good ones is how a rebinding name looks.
  if (addresses.every(({ address }) => isPublicAddress(address))) return addresses;
  throw new ColophonError("source_forbidden", 422, `“${name}” is not on the public Internet.`, {
    hint: "Private addresses are not fetched from, unless the operator lists the host in COLOPHON_FETCH_ALLOW.",
  });
}

async function resolved(name: string, resolve: Resolve): Promise<LookupAddress[]> {
  try {
    const addresses = await resolve(name);
    if (addresses.length > 0) return addresses;
  } catch (error) {
    throw unreachable(name, error);
  }
  throw unreachable(name);
}

function unreachable(name: string, cause?: unknown): ColophonError {
  return new ColophonError("source_unreachable", 422, `“${name}” cannot be found.`, {
    hint: "Check the address.",
    cause,
  });
}
