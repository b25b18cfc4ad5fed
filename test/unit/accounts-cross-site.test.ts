import { describe, expect, test } from "vitest";
import { newVisitor, ownOrigins, refuseCrossSite } from "#lib/accounts/index.ts";

const [own = ""] = ownOrigins();
const gateway = "http://localhost:3001";

function refuses(headers: Record<string, string>, by: Parameters<typeof refuseCrossSite>[1]) {
  try {
    refuseCrossSite(new Headers(headers), by);
    return false;
  } catch (error) {
    expect(error).toMatchObject({ status: 403, code: "cross_site" });
    return true;
  }
}

describe("a change made with a cookie", () => {
  test.each([
    [{ origin: own }, false],
    [{ origin: own, "sec-fetch-site": "same-origin" }, false],
    [{ origin: "http://127.0.0.1:3000" }, false],
    // Forms of pages whose referrer policy hides the origin.
    [{ origin: "null", "sec-fetch-site": "same-origin" }, false],
    [{ "sec-fetch-site": "none" }, false],
    [{}, false],
    [{ origin: "https://evil.example" }, true],
    [{ origin: "null" }, true],
    [{ origin: gateway }, true],
    [{ origin: gateway, "sec-fetch-site": "same-site" }, true],
    [{ "sec-fetch-site": "cross-site" }, true],
    [{ "sec-fetch-site": "same-site" }, true],
  ])("%o refused: %s", (headers, refused) => {
    expect(refuses(headers, "login")).toBe(refused);
    expect(refuses(headers, "visitor")).toBe(refused);
  });
});

test("a token passes from anywhere, a program without credentials too, another site's page never", () => {
  expect(refuses({ origin: "https://evil.example" }, "token")).toBe(false);
  expect(refuses({}, "nothing")).toBe(false);
  expect(
    refuses({ origin: "https://evil.example", "sec-fetch-site": "cross-site" }, "nothing"),
  ).toBe(true);
});

test("only a browser without one gets a visitor cookie, and scripts cannot read it", () => {
  expect(newVisitor(new Headers())).toBeNull();
  const made = newVisitor(new Headers({ "sec-fetch-site": "same-origin" }));
  expect(made?.setCookie).toMatch(
    /^colophon_visitor=[\w-]{32}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/,
  );
  const again = new Headers({
    "sec-fetch-site": "same-origin",
    cookie: `colophon_visitor=${made?.visitorId}`,
  });
  expect(newVisitor(again)).toBeNull();
});
