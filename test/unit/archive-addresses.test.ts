import { describe, expect, test } from "vitest";
import { checkedAddresses, isAllowed, isPublicAddress } from "#lib/archive/addresses.ts";
import { githubRepository, gitRef, gitUrl } from "#lib/archive/git-url.ts";

test.each([
  "127.0.0.1",
  "127.255.255.254",
  "0.0.0.0",
  "10.1.2.3",
  "172.16.0.1",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.2.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:10.0.0.1",
  "fe80::1",
  "fc00::1",
  "fd00:ec2::254",
  "ff02::1",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
  "2001:db8::1",
  "localhost",
  "",
  "1.2.3",
  "0x7f.1",
])("%s is not public", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(["1.1.1.1", "140.82.121.3", "2606:4700:4700::1111", "::ffff:8.8.8.8"])(
  "%s is public",
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

test("one private address among public ones is refused", async () => {
  const resolve = async () => [
    { address: "140.82.121.3", family: 4 },
    { address: "127.0.0.1", family: 4 },
  ];
  await expect(
    checkedAddresses("rebinding.example", 443, { allow: [], resolve }),
  ).rejects.toMatchObject({
    code: "source_forbidden",
    status: 422,
  });
});

test.each([["2130706433"], ["0x7f000001"], ["0177.0.0.1"], ["127.1"]])(
  "a loopback address spelled %s is known as one",
  async (spelled) => {
    const { hostname } = new URL(`http://${spelled}/`);
    await expect(checkedAddresses(hostname, 80, { allow: [] })).rejects.toMatchObject({
      code: "source_forbidden",
    });
  },
);

test("the operator's list names hosts, with or without a port", () => {
  expect(isAllowed("git.lab", 80, ["git.lab"])).toBe(true);
  expect(isAllowed("git.lab", 80, ["git.lab:8080"])).toBe(false);
  expect(isAllowed("127.0.0.1", 9418, ["127.0.0.1:9418"])).toBe(true);
  expect(isAllowed("[::1]", 80, ["[::1]:80"])).toBe(true);
  expect(isAllowed("evil.git.lab", 80, ["git.lab"])).toBe(false);
});

describe("addresses of repositories", () => {
  test.each([
    ["https://github.com/o/r.git", "https://github.com/o/r.git"],
    ["git@github.com:o/r.git", "ssh://git@github.com/o/r.git"],
    ["git://example.org/r", "git://example.org/r"],
    ["http://127.0.0.1:3000/r", "http://127.0.0.1:3000/r"],
  ])("%s is one", (text, href) => {
    expect(gitUrl(text).href).toBe(href);
  });
  test.each([
    "--upload-pack=touch /tmp/x",
    "-oProxyCommand=x",
    "ext::sh -c x",
    "file:///etc",
    "/etc/passwd",
    "ftp://x/y",
    "https://user:secret@host/r",
    "https://user@host/r",
    "ssh://-oProxyCommand=x/r",
    "https://host/-r",
    "https://host/r?x=1",
    "https://host/r#f",
    "ssh://git@host/r;touch",
    "",
    "https://host/",
    "git@-host:r",
  ])("%j is none", (text) => {
    expect(() => gitUrl(text)).toThrow(
      expect.objectContaining({ code: "source_invalid", status: 422 }),
    );
  });
  test.each(["main", "v1.2.3", "feature/x", "0123abc", "refs/heads/main", "release+1"])(
    "%s may be a ref",
    (ref) => {
      expect(gitRef(ref)).toBe(ref);
    },
  );
  test.each([
    "--upload-pack=x",
    "-x",
    "a..b",
    "a b",
    "a:b",
    "a^{commit}",
    "a~1",
    "x.lock",
    "a@{1}",
    "",
    "/a",
    "a/",
    "a//b",
    "a\nb",
    "a\0",
    "*",
    "+a",
  ])("%j may not", (ref) => {
    expect(() => gitRef(ref)).toThrow(expect.objectContaining({ code: "source_ref_invalid" }));
  });
  test.each([
    ["https://github.com/pycroscopy/pycroscopy", "pycroscopy", "pycroscopy", null],
    ["https://github.com/o/r.git", "o", "r", null],
    ["github.com/o/r/", "o", "r", null],
    ["o/r.name", "o", "r.name", null],
    ["git@github.com:o/r.git", "o", "r", null],
    ["https://github.com/o/r/tree/feature/x", "o", "r", "feature/x"],
  ])("%s is on GitHub", (text, owner, repo, ref) => {
    expect(githubRepository(text)).toEqual({ owner, repo, ref });
  });
  test.each([
    "https://gitlab.com/o/r",
    "https://github.com/o",
    "o/../r",
    "o/..",
    "https://github.com.evil/o/r",
    "a/b/c/d",
  ])("%s is not", (text) => {
    expect(() => githubRepository(text)).toThrow(
      expect.objectContaining({ code: "source_invalid" }),
    );
  });
});
