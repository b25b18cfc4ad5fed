import { expect, test } from "vitest";
import { documentedOptions, readConfig, repositoryRoot } from "#lib/config.ts";

test("every option has a default that works on one machine", () => {
  const config = readConfig({});
  expect(config.port).toBe(3000);
  expect(config.gatewayPort).toBe(3001);
  expect(config.url).toBe("http://localhost:3000");
  expect(config.dataDirectory).toBe(`${repositoryRoot}/data`);
  expect(config.doiPrefix).toBe("10.5072");
});

test("an empty variable counts as not set", () => {
  expect(readConfig({ PORT: "", DATABASE_URL: "" }).port).toBe(3000);
});

test("addresses follow the ports unless they are given", () => {
  expect(readConfig({ PORT: "4000" }).url).toBe("http://localhost:4000");
  const given = readConfig({ PORT: "4000", COLOPHON_URL: "https://papers.example.org/" });
  expect(given.url).toBe("https://papers.example.org");
});

test.each([
  ["512m", 512 * 1024 ** 2],
  ["1.5g", 1.5 * 1024 ** 3],
  ["20GiB", 20 * 1024 ** 3],
  ["100", 100],
])("a size of %s is %d bytes", (text, bytes) => {
  expect(readConfig({ COLOPHON_SESSION_MEMORY: text }).session.memory).toBe(bytes);
});

test("every mistake is named at once", () => {
  const wrong = () =>
    readConfig({ PORT: "0", COLOPHON_DOI_PREFIX: "11.5", COLOPHON_UPLOAD_MAX: "big" });
  expect(wrong).toThrow(/PORT/);
  expect(wrong).toThrow(/COLOPHON_DOI_PREFIX/);
  expect(wrong).toThrow(/"big" is not a size/);
});

test("lists are split at commas and spaces", () => {
  const config = readConfig({ COLOPHON_FETCH_ALLOW: "git.lab:8443, 10.0.0.7" });
  expect(config.fetchAllow).toEqual(["git.lab:8443", "10.0.0.7"]);
});

test("every option is documented by a sentence", () => {
  for (const option of documentedOptions())
    expect(option.about, option.name).toMatch(/^[A-Z].*\.$/);
});
