import type { HostKind } from "./hosts.ts";

/** Who may show a session's pages in a frame, as a directive of Content-Security-Policy. */
export function frameAncestors(host: HostKind | null, portalOrigin: string): string {
  // Under the gateway's shared name a frame would have no cookie of its own: none is offered there.
  return host?.kind === "session"
    ? `frame-ancestors 'self' ${portalOrigin}`
    : "frame-ancestors 'self'";
}

/**
 * A server's policy with our word on who may frame it instead of its own. A header may hold several policies, of
 * which each counts; the server's other directives stay as they are.
 */
export function withFrameAncestors(policy: string | undefined, ancestors: string): string {
  const others = (policy ?? "").split(",").flatMap((one) => {
    const directives = one
      .split(";")
      .map((directive) => directive.trim())
      .filter((directive) => directive !== "" && !/^frame-ancestors(?:\s|$)/i.test(directive));
    return directives.length > 0 ? [directives.join("; ")] : [];
  });
  return [ancestors, ...others].join(", ");
}
