import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeTrace } from "#builder/trace.ts";

// What the engine of Docker 20.10 sent at the start, and for a line of output, of a real build.
const VERTEX =
  "CnYKR3NoYTI1Njo3M2NiNTBhY2NjNWQ4ZDkzM2Y0NzAyYjYxNWJhNmRlOWUzN2Q4MWM4ZGIzMjQ2N2ViNmMxYzg4ZTE5OTU0N2NmGitbMS8yXSBGUk9NIGRvY2tlci5pby9jb2xvcGhvbi9iYXNlOmJvb2t3b3Jt";
const LOG =
  "Gl4KR3NoYTI1Njo4MjEyZTE5NzAyNWFiYzkyZjUxODQwNjJlYWNiNTc1NzU4ODg2MDUwYmVmODdmMDZkNDcwMDZjM2YxMDZlNGZmEgwIlcGL2AYQ4N+zgwMYASIDaGkK";

test("a step and a line of a real build", () => {
  const step = decodeTrace(Buffer.from(VERTEX, "base64")).vertexes[0];
  expect(step?.name).toBe("[1/2] FROM docker.io/colophon/base:bookworm");
  expect(step?.cached).toBe(false);
  const line = decodeTrace(Buffer.from(LOG, "base64")).logs[0];
  expect(line?.text.toString()).toBe("hi\n");
  expect(line?.stream).toBe(1);
});

test("bytes that are no trace are refused, never misread beyond their end", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeTrace(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});
