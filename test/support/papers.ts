import { randomUUID } from "node:crypto";
import type { Viewer } from "#lib/accounts/index.ts";
import { rawZip } from "./zip.ts";

/** A small valid notebook that prints and has a figure. */
export function notebook(title = "A small paper", figure?: Buffer): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: "python3", display_name: "Python 3", language: "python" },
      language_info: { name: "python", version: "3.11" },
    },
    cells: [
      { cell_type: "markdown", id: "a", metadata: {}, source: `# ${title}\n\nWhat it is about.` },
      {
        cell_type: "code",
        id: "b",
        metadata: {},
        source: "print(1)",
        execution_count: 1,
        outputs: figure
          ? [
              {
                output_type: "display_data",
                metadata: {},
                data: { "image/png": figure.toString("base64") },
              },
            ]
          : [{ output_type: "stream", name: "stdout", text: "1\n" }],
      },
    ],
  });
}

/** A zip as an author would make it: one folder with notebook, data, requirements and citation. */
export function paperZip(
  options: { title?: string; files?: Record<string, string | Buffer> } = {},
): Buffer {
  const { title = "A small paper", files = {} } = options;
  const all: Record<string, string | Buffer> = {
    "paper.ipynb": notebook(title),
    "data/values.csv": "t,x\n0,1\n1,2\n",
    "requirements.txt": "numpy==2.1.3\n",
    "CITATION.cff": `cff-version: 1.2.0\nmessage: Please cite.\ntitle: "${title}"\nauthors:\n  - family-names: Lovelace\n    given-names: Ada\n    orcid: https://orcid.org/0000-0002-1825-0097\nlicense: CC-BY-4.0\n`,
    ...files,
  };
  return rawZip(
    Object.entries(all).map(([name, content]) => ({
      name: `a-small-paper/${name}`,
      content: Buffer.from(content),
      deflate: true,
    })),
  );
}

/** A signed-in user of the test's database. */
export async function somebody(
  role: "reader" | "author" | "administrator" = "author",
): Promise<Viewer & { userId: string }> {
  const { db } = await import("#lib/db/index.ts");
  const id = randomUUID();
  await db().user.create({ data: { id, name: "Ada Lovelace", email: `${id}@example.org`, role } });
  return { userId: id, role, visitorId: null };
}
