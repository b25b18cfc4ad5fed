import { describe, expect, it } from "vitest";
import { readLabMessage } from "#app/components/session/lab-messages.ts";
import { formatLeft, sayLeft } from "#app/components/session/time-left.ts";

describe("what the notebook in the frame says", () => {
  const state = { type: "colophon:state", dirty: false, busy: true, savedAt: null };
  it("is understood", () => {
    expect(readLabMessage(state)).toEqual({ dirty: false, busy: true, savedAt: null });
    const savedAt = "2026-11-22T12:00:00.000Z";
    expect(readLabMessage({ ...state, savedAt })?.savedAt).toBe(savedAt);
  });
  it("has no moment that is none", () => {
    expect(readLabMessage({ ...state, savedAt: "<b>soon</b>" })?.savedAt).toBeNull();
    expect(readLabMessage({ ...state, savedAt: 7 })?.savedAt).toBeNull();
  });
  it.each([
    null,
    "colophon:state",
    { type: "colophon:save" },
    { type: "colophon:state" },
    { ...state, dirty: "no" },
    { ...state, busy: undefined },
  ])("is nothing else: %o", (data) => expect(readLabMessage(data)).toBeNull());
});

describe("time left", () => {
  it.each([
    [21_480, "5 h 58 min"],
    [3_600, "1 h 0 min"],
    [1_499, "24 min"],
    [600, "10 min"],
    [299.9, "4:59"],
    [7, "0:07"],
    [-3, "0:00"],
  ])("%d s are %s", (seconds, text) => expect(formatLeft(seconds)).toBe(text));
  it.each([
    [300, "5 minutes"],
    [61, "1 minute"],
    [20, "20 seconds"],
    [1, "1 second"],
  ])("%d s are said as %s", (seconds, text) => expect(sayLeft(seconds)).toBe(text));
});
