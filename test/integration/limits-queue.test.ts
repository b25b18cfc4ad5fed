import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { createPaper, publishPaper } from "#test/support/publishing.ts";
import { insertSession } from "#test/support/sessions-rows.ts";

process.env.COLOPHON_SESSIONS_MAX = "1";
process.env.COLOPHON_QUEUE_MAX = "2";
await testDatabase();
const { api } = await import("#test/support/api.ts");
const { person } = await import("#test/support/people.ts");
const { GET } = await import("#app/build/[...spec]/route.ts");
const { config } = await import("#lib/config.ts");
const { db } = await import("#lib/db/index.ts");
const { docker } = await import("#lib/docker.ts");

let doi: string;
beforeAll(async () => {
  const author = await person("author");
  const { id } = await createPaper(author.viewer, "Sought after");
  const version = (await publishPaper(id, author.viewer)).versions[0];
  doi = version?.doi ?? "";
  const { environmentKey } = await db().version.findUniqueOrThrow({
    where: { id: version?.id ?? "" },
  });
  // Any image that the engine has: nothing is started here.
  const [image] = await docker().listImages();
  await db().environment.update({
    where: { key: environmentKey ?? "" },
    data: { imageId: image?.Id ?? "" },
  });
  await insertSession({ kind: "unix", path: "/nowhere" });
});
afterAll(() => {
  delete process.env.COLOPHON_SESSIONS_MAX;
  delete process.env.COLOPHON_QUEUE_MAX;
});

test("who waits is told the place; who finds the queue full is told when to come back, and leaves nothing behind", async () => {
  const ask = () => api("POST", "/api/sessions", { json: { doi } });
  const answers = await Promise.all(Array.from({ length: 6 }, ask));
  const waiting = answers.filter(({ status }) => status === 201);
  expect(waiting.map(({ body }) => body.queue)).toEqual(
    expect.arrayContaining([expect.objectContaining({ position: 1 })]),
  );
  const refused = answers.filter(({ status }) => status === 503);
  expect([waiting.length, refused.length]).toEqual([2, 4]);
  for (const { body, headers } of refused) {
    expect(headers.get("retry-after")).toBe("60");
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(body).toMatchObject({
      code: "queue_full",
      status: 503,
      hint: "Try again in a minute or two.",
    });
    expect(body.detail).toBe("All places are taken and 2 sessions wait already.");
  }
  expect(await db().session.count({ where: { state: "queued" } })).toBe(2);
  expect(await db().workspace.count({ where: { sessions: { none: {} } } })).toBe(0);

  const launched = await GET(
    new Request(new URL(`/build/doi/${doi}`, config().url), {
      headers: { accept: "text/event-stream" },
    }),
  );
  const events = await launched.text();
  expect(launched.status).toBe(200);
  expect(events.trim().split("\n\n").at(-1)).toMatch(
    /"phase":"failed","status_code":503,"message":"All places are taken and 2 sessions wait/,
  );

  // As soon as one of them goes, there is room for another.
  const [first] = waiting;
  await api("DELETE", `/api/sessions/${first?.body.id}`);
  expect((await ask()).status).toBe(201);
});
