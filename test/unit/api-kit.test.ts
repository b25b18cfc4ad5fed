import { describe, expect, test } from "vitest";
import { z } from "zod";
import { resource, route } from "#app/api/kit.ts";
import { badRequest, ColophonError } from "#lib/errors.ts";

process.env.COLOPHON_LOG_LEVEL = "silent";

const context = { params: Promise.resolve({}) };

const echo = resource({
  GET: route({
    summary: "echo the query",
    query: z.object({ n: z.coerce.number().int().optional() }),
    handle: ({ query }) => query,
  }),
  POST: route({
    summary: "echo the body",
    body: z.object({ word: z.string().max(5), nested: z.object({ list: z.array(z.int()) }) }),
    status: 201,
    handle: ({ body }) => body,
  }),
  PUT: route({
    summary: "count an upload",
    uploads: ["application/zip"],
    maxBytes: () => 10,
    handle: async ({ upload }) => {
      let bytes = 0;
      for await (const chunk of upload?.stream ?? []) bytes += chunk.length;
      return { bytes, mediaType: upload?.mediaType };
    },
  }),
});

const url = "http://localhost:3000/api/echo";

function post(body: BodyInit | null, type = "application/json"): Request {
  return new Request(url, {
    method: "POST",
    body,
    headers: type ? { "content-type": type } : {},
  });
}

async function problemOf(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const body = await response.json();
  expect(body).toMatchObject({
    type: expect.stringMatching(/^urn:colophon:problem:/),
    title: expect.any(String),
    detail: expect.any(String),
    code: expect.stringMatching(/^[a-z_]+$/),
    status: response.status,
    instance: "/api/echo",
  });
  return body;
}

describe("what comes in", () => {
  test("a right body and query reach the handler, checked", async () => {
    const made = await echo.POST(post('{"word":"ab","nested":{"list":[1]},"more":1}'), context);
    expect(made.status).toBe(201);
    expect(await made.json()).toEqual({ word: "ab", nested: { list: [1] } });
    const read = await echo.GET(new Request(`${url}?n=7`), context);
    expect(await read.json()).toEqual({ n: 7 });
  });

  test.each([
    ["", 400, "request_invalid"],
    ["{", 400, "json_invalid"],
    ["null", 400, "request_invalid"],
    ["[]", 400, "request_invalid"],
    ['"text"', 400, "request_invalid"],
    ['{"word":"too long","nested":{"list":[]}}', 400, "request_invalid"],
    ['{"word":"a","nested":{"list":[1.5]}}', 400, "request_invalid"],
    ['{"word":"a","nested":{"list":["1"]}}', 400, "request_invalid"],
    ['{"word":"a\\u0000","nested":{"list":[]}}', 400, "request_invalid"],
    ['{"word":"\\ud800","nested":{"list":[]}}', 400, "request_invalid"],
    [`${"[".repeat(100_000)}`, 400, "json_invalid"],
    [" ".repeat(3 * 1024 ** 2), 413, "too_large"],
  ])("the body %.40s answers %i %s", async (body, status, code) => {
    const response = await echo.POST(post(body), context);
    expect(response.status).toBe(status);
    expect((await problemOf(response)).code).toBe(code);
  });

  test("bytes that are no text are refused", async () => {
    const response = await echo.POST(post(new Uint8Array([0x22, 0xff, 0xfe, 0x22])), context);
    expect((await problemOf(response)).code).toBe("json_invalid");
  });

  test("a wrong body names the place", async () => {
    const response = await echo.POST(post('{"word":"a","nested":{"list":[0,"x"]}}'), context);
    const { errors } = await problemOf(response);
    expect(errors).toEqual([expect.objectContaining({ in: "body", at: "nested.list.1" })]);
  });

  test.each(["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])(
    "a body of %s answers 415: no form of another site's page gets in",
    async (type) => {
      const response = await echo.POST(post('{"word":"a"}', type), context);
      expect(response.status).toBe(415);
      expect((await problemOf(response)).accepted).toEqual(["application/json"]);
    },
  );

  test("a parameter given twice, or of the wrong kind, is refused", async () => {
    for (const query of ["n=1&n=2", "n=x", "n=1.5", "n=%00"]) {
      const response = await echo.GET(new Request(`${url}?${query}`), context);
      expect(response.status).toBe(400);
    }
  });

  test("an upload is streamed; one that announces too much is refused unread", async () => {
    const send = (headers: Record<string, string>) =>
      echo.PUT(new Request(url, { method: "PUT", body: "12345", headers }), context);
    const right = await send({ "content-type": "application/zip; x=y" });
    expect(await right.json()).toEqual({ bytes: 5, mediaType: "application/zip" });
    const large = await send({ "content-type": "application/zip", "content-length": "11" });
    expect((await problemOf(large)).status).toBe(413);
    expect((await send({ "content-type": "image/png" })).status).toBe(415);
  });
});

describe("what goes out", () => {
  test("a method that an address does not have answers 405 with Allow", async () => {
    const response = await echo.DELETE(new Request(url, { method: "DELETE" }), context);
    expect((await problemOf(response)).code).toBe("method_not_allowed");
    expect(response.headers.get("allow")).toBe("GET, POST, PUT, HEAD, OPTIONS");
  });

  const failing = (error: unknown) =>
    resource({
      GET: route({
        summary: "fail",
        handle: () => {
          throw error;
        },
      }),
    }).GET(new Request(url), context);

  test("an error of the domain keeps its code, status, hint and facts", async () => {
    const error = new ColophonError("disk_full", 507, "No space.", {
      hint: "Free some.",
      details: { free: 3, status: 200, code: "other" },
    });
    const body = await problemOf(await failing(error));
    expect(body).toMatchObject({
      code: "disk_full",
      status: 507,
      detail: "No space.",
      hint: "Free some.",
      free: 3,
    });
    expect((await failing(badRequest("odd", "Odd."))).status).toBe(400);
  });

  test("an unknown error shows nothing of itself", async () => {
    const response = await failing(new Error("password=hunter2 at /etc/secret"));
    expect(response.status).toBe(500);
    expect(JSON.stringify(await problemOf(response))).not.toMatch(/hunter2|secret/);
  });

  test("what needs an account answers 401 before it reads anything", async () => {
    const handlers = resource({
      POST: route({ summary: "mine", role: "reader", handle: () => "never" }),
    });
    const response = await handlers.POST(post("{"), context);
    expect((await problemOf(response)).code).toBe("sign_in_required");
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
  });

  test("a change from another site's page is refused", async () => {
    const request = post("{}");
    request.headers.set("sec-fetch-site", "cross-site");
    expect((await problemOf(await echo.POST(request, context))).code).toBe("cross_site");
  });
});
