import { Readable } from "node:stream";
import { beforeAll, expect, test } from "vitest";
import { notebook, tarOf } from "#test/support/bundle.ts";
import { testDatabase } from "#test/support/database.ts";

await testDatabase();
const { createFromArchive } = await import("#lib/archive/index.ts");
const { offeredApps } = await import("#lib/sessions/index.ts");
const { db } = await import("#lib/db/index.ts");
const { person } = await import("#test/support/sessions.ts");

let viewer: Awaited<ReturnType<typeof person>>;
beforeAll(async () => {
  viewer = await person("author");
});

/** What is offered for a draft of these files. `programs`: what its image turned out to have. */
async function offered(files: Record<string, string>, programs?: string[]): Promise<string[]> {
  const created = await createFromArchive({
    viewer,
    body: Readable.from([await tarOf(files)]),
    mediaType: "application/x-tar",
    metadata: { title: "A paper" },
  });
  const versionId = created.draft?.id ?? "";
  if (programs) {
    const { environmentKey } = await db().version.findUniqueOrThrow({ where: { id: versionId } });
    await db().environment.update({
      where: { key: environmentKey ?? "" },
      data: { installed: { python: "3.11", packages: [], debian: [], kernels: [], programs } },
    });
  }
  return (await offeredApps(versionId)).map(({ app, path }) => `${app} ${path ?? ""}`.trim());
}

const paper = { "a.ipynb": notebook("1") };

test("a notebook alone is offered as nothing else", async () => {
  expect(await offered(paper)).toEqual([]);
});

test.each([
  ["requirements.txt", "numpy==2.2.1\nvoila==0.5.13\n", ["voila a.ipynb"]],
  ["requirements.txt", "# voila\nvoila-gridstack==0.1\n", []],
  ["environment.yml", "dependencies:\n  - python=3.11\n  - voila=0.5\n", ["voila a.ipynb"]],
  ["postBuild", "#!/bin/sh\nnpm install -g code-server@4.100.0\n", ["vscode"]],
  ["postBuild", "#!/bin/sh\n# npm install -g code-server\n", []],
  ["Procfile", "web: python serve.py\n", ["app"]],
  ["Procfile", "worker: python serve.py\n", []],
  [".binder/Procfile", "web: python serve.py\n", ["app"]],
])("before its image is built, %s with %j offers %j", async (name, text, apps) => {
  expect(await offered({ ...paper, [name]: text })).toEqual(apps);
});

test("once the image is built, only what is in it is offered", async () => {
  const declared = { ...paper, "requirements.txt": "voila==0.5.12\n" };
  expect(await offered(declared, [])).toEqual([]);
  const found = { ...paper, "requirements.txt": "jupyter==1.1.1\n" };
  expect(await offered(found, ["voila", "code-server"])).toEqual(["voila a.ipynb", "vscode"]);
});

test("files without a notebook are no dashboard", async () => {
  expect(await offered({ "a.txt": "a", "requirements.txt": "voila==0.5.11\n" })).toEqual([]);
});
