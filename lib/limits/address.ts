import ipaddr from "ipaddr.js";

type Parsed = ReturnType<typeof ipaddr.process>;

/** An address without its zone, IPv4 written as IPv6 taken for what it is; null for anything else. */
function parse(text: string): Parsed | null {
  const bare = text.trim().replace(/%.*$/, "");
  const isWhole = ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare);
  return isWhole ? ipaddr.process(bare) : null;
}

/**
 * Who counts as one client: an IPv4 address, an IPv6 network of 64 bits (a household gets at least that many
 * addresses), `unknown` for what is no address.
 */
export function addressKey(address: string): string {
  const parsed = parse(address);
  if (parsed === null) return "unknown";
  if (parsed.kind() === "ipv4") return parsed.toString();
  const [a = 0, b = 0, c = 0, d = 0] = (parsed as ipaddr.IPv6).parts;
  return `${[a, b, c, d].map((part) => part.toString(16)).join(":")}::/64`;
}

/** An address in its one spelling, or null when it is none. */
export function canonicalAddress(text: string): string | null {
  return parse(text)?.toString() ?? null;
}

/** A network in CIDR notation, or one address, in its one spelling; null when it is neither. */
export function canonicalNetwork(text: string): string | null {
  const [address = "", bits, ...rest] = text.trim().split("/");
  const parsed = parse(address);
  if (parsed === null || rest.length > 0) return null;
  if (bits === undefined) return parsed.toString();
  const most = parsed.kind() === "ipv4" ? 32 : 128;
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > most) return null;
  const range = `${parsed.toString()}/${Number(bits)}`;
  const kind = parsed.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${kind.networkAddressFromCIDR(range).toString()}/${Number(bits)}`;
}

/** Whether an address is a given one or lies in a given network. What is no address lies nowhere. */
export function isWithin(address: string, network: string): boolean {
  const parsed = parse(address);
  const canonical = canonicalNetwork(network);
  if (parsed === null || canonical === null) return false;
  if (!canonical.includes("/")) return parsed.toString() === canonical;
  const [base, bits] = ipaddr.parseCIDR(canonical);
  if (base.kind() !== parsed.kind()) return false;
  return parsed.match(base as never, bits);
}

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  return parse(address)?.range() === "loopback";
}
