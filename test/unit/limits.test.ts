import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressKey, canonicalNetwork, isLoopback, isWithin } from "#lib/limits/address.ts";
import { clientAddressOf } from "#lib/limits/index.ts";
import { fitsPattern } from "#lib/limits/pattern.ts";

describe("who counts as one client", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"],
    ["2001:db8:1:2:bbbb:1:2:3", "2001:db8:1:2::/64"],
    ["2001:db8:1:3::1", "2001:db8:1:3::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["0x7f.1", "unknown"],
    ["127.1", "unknown"],
    ["", "unknown"],
    ["<script>", "unknown"],
  ])("%s is %s", (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

describe("a network", () => {
  test.each([
    ["192.0.2.7", "192.0.2.0/24", true],
    ["192.0.3.7", "192.0.2.0/24", false],
    ["::ffff:192.0.2.7", "192.0.2.0/24", true],
    ["2001:db8::1", "2001:db8::/32", true],
    ["2001:db9::1", "2001:db8::/32", false],
    ["2001:db8::1", "0.0.0.0/0", false],
    ["192.0.2.7", "192.0.2.7", true],
    ["nobody", "0.0.0.0/0", false],
    ["192.0.2.7", "192.0.2.0/240", false],
  ])("%s in %s: %s", (address, network, within) => {
    expect(isWithin(address, network)).toBe(within);
  });

  test("has one spelling", () => {
    expect(canonicalNetwork("192.0.2.77/24")).toBe("192.0.2.0/24");
    expect(canonicalNetwork("2001:DB8::5/32")).toBe("2001:db8::/32");
    expect(canonicalNetwork("192.0.2.7")).toBe("192.0.2.7");
    for (const wrong of ["192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/", "a/8", "1.2.3.4/8/8", ""]) {
      expect(canonicalNetwork(wrong), wrong).toBeNull();
    }
  });

  test("loopback is what it is in each family", () => {
    expect(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].every(isLoopback)).toBe(true);
    expect(["192.0.2.1", "::2", "unknown", ""].some(isLoopback)).toBe(false);
  });
});

describe("the client's address", () => {
  const proxies = ["10.0.0.0/8", "::1"];

  test("is the peer's where no proxy is trusted, whatever the client states", () => {
    expect(clientAddressOf("203.0.113.5", "192.0.2.1", [])).toBe("203.0.113.5");
    expect(clientAddressOf("203.0.113.5", "192.0.2.1", proxies)).toBe("203.0.113.5");
    expect(clientAddressOf("203.0.113.5", undefined, proxies)).toBe("203.0.113.5");
  });

  test("is the last hop that is no proxy of ours: what stands left of it is made up", () => {
    const spoofed = "127.0.0.1, 198.51.100.1, 203.0.113.5";
    expect(clientAddressOf("10.1.1.1", spoofed, proxies)).toBe("203.0.113.5");
    expect(clientAddressOf("10.1.1.1", `${spoofed}, 10.2.2.2`, proxies)).toBe("203.0.113.5");
    expect(clientAddressOf("10.1.1.1", "10.9.9.9, 203.0.113.5", proxies)).toBe("203.0.113.5");
  });

  test("is the proxy's own where that passes on none", () => {
    expect(clientAddressOf("::1", undefined, proxies)).toBe("::1");
    expect(clientAddressOf("::1", "unknown", proxies)).toBe("::1");
    expect(clientAddressOf("10.1.1.1", "10.2.2.2, 10.3.3.3", proxies)).toBe("10.2.2.2");
  });

  test("may come with a port", () => {
    expect(clientAddressOf("::1", "192.0.2.7:4711", proxies)).toBe("192.0.2.7");
    expect(clientAddressOf("::1", "[2001:db8::1]:4711", proxies)).toBe("2001:db8::1");
  });

  test("never is what only the client wrote", () => {
    const anything = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constant("10.0.0.1"));
    fc.assert(
      fc.property(fc.array(anything), (made) => {
        const header = [...made.map((text) => text.replaceAll(",", "")), "203.0.113.5"].join(", ");
        expect(clientAddressOf("10.0.0.1", header, proxies)).toBe("203.0.113.5");
      }),
    );
  });
});

describe("a repository pattern", () => {
  test.each([
    ["gh/miner/rig/HEAD", "gh/miner/*", true],
    ["gh/minerva/rig/HEAD", "gh/miner/*", false],
    ["GH/Miner/rig/HEAD", "gh/miner/*", true],
    ["git/https%3A%2F%2Fexample.org%2Fx/main", "git/*example.org*", true],
    ["gh/a/b/v1", "gh/a/b/v?", true],
    ["gh/a/b/v12", "gh/a/b/v?", false],
    ["gh/a/b/c", "gh/a/b/c", true],
    ["gh/a.b/c", "gh/a?b/c", true],
    ["gh/axb/c", "gh/a.b/c", false],
    ["", "", true],
    ["", "*", true],
  ])("%s fits %s: %s", (text, pattern, fits) => {
    expect(fitsPattern(text, pattern)).toBe(fits);
  });

  test("agrees with a regular expression where that is harmless", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 });
    fc.assert(
      fc.property(text, letters, (subject, pattern) => {
        const source = pattern.replaceAll("*", ".*").replaceAll("?", ".");
        expect(fitsPattern(subject, pattern)).toBe(new RegExp(`^${source}$`).test(subject));
      }),
      { numRuns: 2_000 },
    );
  });

  test("cannot be made to take long", () => {
    const started = performance.now();
    expect(fitsPattern("a".repeat(5_000), `${"*a".repeat(1_000)}b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
