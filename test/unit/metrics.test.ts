import { expect, test } from "vitest";
import {
  assertMayReadMetrics,
  counter,
  exposition,
  gauge,
  histogram,
  isForwarded,
} from "#lib/metrics/index.ts";
import { readExposition } from "#test/support/exposition.ts";

const nobody = { userId: null, role: null, visitorId: null };
const administrator = { userId: "a", role: "administrator" as const, visitorId: null };

test("metrics are for this machine and for administrators", () => {
  const refused = { code: "not_found" };
  const ask =
    (peer: string, viewer = nobody as typeof nobody | typeof administrator) =>
    () =>
      assertMayReadMetrics({ peer, viewer });
  expect(ask("127.0.0.1")).not.toThrow();
  expect(ask("::1")).not.toThrow();
  expect(ask("::ffff:127.0.0.1")).not.toThrow();
  expect(ask("192.0.2.1", administrator)).not.toThrow();
  for (const peer of ["192.0.2.1", "", "unknown", "127.0.0.1.example.org"]) {
    expect(ask(peer), peer).toThrow(expect.objectContaining(refused));
  }
});

test("a request that a proxy on this machine passed on is not this machine's", () => {
  const headers = new Headers({ "x-forwarded-for": "192.0.2.1" });
  expect(isForwarded((name) => headers.get(name))).toBe(true);
  expect(isForwarded((name) => new Headers({ via: "1.1 proxy" }).get(name))).toBe(true);
  expect(isForwarded(() => null)).toBe(false);
});

test("what is measured comes out in the format that Prometheus reads", async () => {
  counter({ name: "colophon_test_total", help: "A test.", labelNames: ["kind"] }).inc(
    { kind: 'odd "kind"\nof \\ label' },
    2,
  );
  counter({ name: "colophon_test_total", help: "A test.", labelNames: ["kind"] }).inc({
    kind: "b",
  });
  gauge({ name: "colophon_test_now", help: "Another." }).set(-1.5);
  histogram({ name: "colophon_test_seconds", help: "Third.", buckets: [0.1, 1] }).observe(0.5);
  const { contentType, text } = await exposition();
  expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
  const samples = readExposition(text);
  const of = (name: string) => samples.filter((sample) => sample.name === name);
  expect(of("colophon_test_total").map(({ value }) => value)).toEqual([2, 1]);
  expect(of("colophon_test_now")).toEqual([{ name: "colophon_test_now", labels: {}, value: -1.5 }]);
  expect(of("colophon_test_seconds_bucket").map(({ value }) => value)).toEqual([0, 1, 1]);
  expect(of("process_resident_memory_bytes")).toHaveLength(1);
});

test("the reader of the format is strict", () => {
  for (const wrong of [
    "colophon_a 1",
    "# TYPE a gauge\nb 1\n",
    "# TYPE a gauge\na one\n",
    "# TYPE a gauge\na 1\na 2\n",
    "# TYPE a thing\na 1\n",
    '# TYPE a gauge\na{b="c} 1\n',
    "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# HELP a x\na 2\n",
  ]) {
    expect(() => readExposition(wrong), wrong).toThrow();
  }
});
