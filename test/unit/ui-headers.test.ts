import { describe, expect, it } from "vitest";
import nextConfig from "../../next.config.js";

describe("the portal's content security policy", async () => {
  const rules = (await nextConfig.headers?.()) ?? [];
  const policies = rules.filter(({ headers }) =>
    headers.some(({ key }) => key === "Content-Security-Policy"),
  );
  const covers = (path: string) =>
    policies.some(({ source }) => new RegExp(`^${source.replace("/:path", "/")}$`).test(path));

  it.each(["/", "/p/some-paper", "/launch/abc", "/sign-in"])("covers %s", (path) =>
    expect(covers(path)).toBe(true),
  );

  // A configured header replaces the route's own: the sandbox of framed outputs would be lost.
  it.each(["/outputs/1/2/3", "/figures/abc", "/badge/10.5072/x.svg", "/api/publications"])(
    "leaves %s its own",
    (path) => expect(covers(path)).toBe(false),
  );
});
