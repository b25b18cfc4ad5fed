import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

/** The gallery's own papers: each must be what we would ask of any author, and run anywhere. */

const text = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === "string" ? value : value.join("")));
// Controls are stated as JSON, everything else as text.
const bundle = z
  .object({
    "application/vnd.jupyter.widget-view+json": z.object({ model_id: z.string() }).optional(),
  })
  .catchall(text);
const output = z.discriminatedUnion("output_type", [
  z.object({
    output_type: z.literal("stream"),
    name: z.enum(["stdout", "stderr"]),
    text,
  }),
  z.object({ output_type: z.literal("display_data"), data: bundle }),
  z.object({
    output_type: z.literal("execute_result"),
    data: bundle,
    execution_count: z.number(),
  }),
]);
const cellId = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
const metadata = z.object({ tags: z.array(z.string()).optional() });
const cell = z.discriminatedUnion("cell_type", [
  z.object({ cell_type: z.literal("markdown"), id: cellId, metadata, source: text }),
  z.object({
    cell_type: z.literal("code"),
    id: cellId,
    metadata,
    source: text,
    execution_count: z.number().int(),
    outputs: z.array(output),
  }),
]);
const notebook = z.object({
  nbformat: z.literal(4),
  nbformat_minor: z.literal(5),
  metadata: z.object({
    title: z.string().min(10),
    authors: z.array(z.object({ name: z.string(), orcid: z.string().optional() })).min(1),
    kernelspec: z.object({ name: z.literal("python3") }),
    language_info: z.object({ name: z.literal("python") }),
  }),
  cells: z.array(cell).min(8),
});
const doi = z.string().regex(/^10\.\d{4,9}\/\S+$/);
const citation = z.object({
  "cff-version": z.literal("1.2.0"),
  title: z.string(),
  authors: z
    .array(
      z.object({
        "family-names": z.string(),
        "given-names": z.string(),
        orcid: z
          .string()
          .regex(/^https:\/\/orcid\.org\/(\d{4}-){3}\d{3}[\dX]$/)
          .refine(orcidChecks, "the last character is the ISO 7064 check of the others")
          .optional(),
      }),
    )
    .min(1),
  abstract: z.string().min(200),
  keywords: z.array(z.string()).min(3),
  license: z.enum(["MIT", "CC-BY-4.0"]),
  "date-released": z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  references: z.array(z.object({ title: z.string(), doi })).min(1),
});

const root = join(import.meta.dirname, "../../examples");
const papers = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

function orcidChecks(url: string): boolean {
  const [digits, check] = [url.slice(-19, -1).replaceAll("-", ""), url.slice(-1)];
  const total = [...digits].reduce((sum, digit) => (sum + Number(digit)) * 2, 0);
  const value = (12 - (total % 11)) % 11;
  return check === (value === 10 ? "X" : String(value));
}

function files(paper: string): string[] {
  return readdirSync(join(root, paper), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, paper).length + 1))
    .sort();
}

function read(paper: string, path: string): string {
  return readFileSync(join(root, paper, path), "utf8");
}

function notebookOf(paper: string): { path: string; source: string } {
  const path = files(paper).filter((name) => name.endsWith(".ipynb"));
  expect(path).toHaveLength(1);
  return { path: path[0] ?? "", source: read(paper, path[0] ?? "") };
}

function parsed(paper: string): z.infer<typeof notebook> {
  return notebook.parse(JSON.parse(notebookOf(paper).source));
}

function outputsOf(paper: string): z.infer<typeof output>[] {
  return parsed(paper).cells.flatMap((one) => (one.cell_type === "code" ? one.outputs : []));
}

const environmentFiles = [
  "requirements.txt",
  "environment.yml",
  "pyproject.toml",
  "binder/requirements.txt",
  ".binder/requirements.txt",
];

describe.each(papers)("examples/%s", (paper) => {
  it("has what an author's folder has", () => {
    const names = files(paper);
    for (const name of ["CITATION.cff", "LICENSE", "README.md", "data/SOURCE.md"]) {
      expect(names).toContain(name);
    }
    expect(names.filter((name) => environmentFiles.includes(name))).toHaveLength(1);
    expect(names.filter((name) => /^data\/.+\.(csv|tif|h5|png)$/.test(name))).not.toHaveLength(0);
    expect(names).not.toContain("Dockerfile");
    const bytes = names.reduce((sum, name) => sum + statSync(join(root, paper, name)).size, 0);
    expect(bytes).toBeLessThan(3 * 1024 ** 2);
  });

  it("is cited by a CITATION.cff that agrees with notebook and licence", () => {
    const cff = citation.parse(parse(read(paper, "CITATION.cff")));
    const { title, authors } = parsed(paper).metadata;
    expect(cff.title).toBe(title);
    expect(cff.authors.map((one) => `${one["given-names"]} ${one["family-names"]}`)).toEqual(
      authors.map((one) => one.name),
    );
    expect(cff.authors.map((one) => one.orcid?.slice(-19))).toEqual(
      authors.map((one) => one.orcid),
    );
    expect(read(paper, "LICENSE")).toContain(cff.license === "MIT" ? "MIT License" : "CC BY 4.0");
    expect(read(paper, "data/SOURCE.md")).toMatch(/^Origin: /m);
    expect(read(paper, "data/SOURCE.md")).toMatch(/^Licence: /m);
  });

  it("was executed from the first cell to the last without an error or a warning", () => {
    const cells = parsed(paper).cells;
    expect(new Set(cells.map((one) => one.id)).size).toBe(cells.length);
    const counts = cells.flatMap((one) => (one.cell_type === "code" ? [one.execution_count] : []));
    expect(counts).toEqual(counts.map((_, index) => index + 1));
    for (const one of outputsOf(paper)) {
      if (one.output_type === "stream") expect(one.name).toBe("stdout");
    }
  });

  it("opens with an abstract, offers a parameter and shows figures, a table and mathematics", () => {
    const cells = parsed(paper).cells;
    expect(cells[0]?.cell_type).toBe("markdown");
    expect(cells[0]?.source).toMatch(/^# .+[\s\S]+\*\*Abstract\.\*\*/);
    const parameters = cells.findIndex((one) => one.metadata.tags?.includes("parameters"));
    expect(parameters).toBeGreaterThan(0);
    expect(parameters).toBeLessThan(4);
    expect(cells.some((one) => one.cell_type === "markdown" && one.source.includes("$$"))).toBe(
      true,
    );
    const data = outputsOf(paper).flatMap((one) =>
      one.output_type === "stream" ? [] : [one.data],
    );
    const figures = data.filter((one) => one["image/png"] || one["image/svg+xml"]);
    expect(figures.length).toBeGreaterThanOrEqual(2);
    expect(figures[0]?.["image/png"]).toBeDefined();
    for (const one of figures) {
      const bytes = (one["image/png"]?.length ?? 0) * 0.75;
      expect(bytes).toBeLessThan(300 * 1024);
    }
    expect(data.some((one) => one["text/html"]?.includes("<table"))).toBe(true);
  });

  it("reads only files of its own folder, by relative paths that exist", () => {
    const { source } = notebookOf(paper);
    expect(source).not.toMatch(/(?<![\w.])\/(home|root|tmp|work|usr|mnt|Users)\//);
    const code = parsed(paper).cells.flatMap((one) =>
      one.cell_type === "code" ? [one.source] : [],
    );
    const joined = code.join("\n");
    expect(joined).not.toMatch(/\b(requests|urllib|urlopen|pooch|pip install)\b/);
    const used = [...joined.matchAll(/["' ](data\/[\w./-]+)/g)].map((match) => match[1] ?? "");
    expect(used).not.toHaveLength(0);
    for (const path of used) expect(files(paper)).toContain(path);
  });
});

describe("examples together", () => {
  it("declare their environments in at least five ways, two of them the very same", () => {
    const declared = papers.map((paper) =>
      files(paper)
        .filter((name) => environmentFiles.includes(name) || name === "runtime.txt")
        .map((name) => `${name}\n${read(paper, name)}`)
        .join("\n"),
    );
    expect(new Set(declared).size).toBeLessThan(declared.length);
    const ways = papers.map((paper) =>
      files(paper)
        .filter((name) =>
          /(^runtime\.txt|requirements\.txt|environment\.yml|pyproject\.toml|apt\.txt|postBuild)$/.test(
            name,
          ),
        )
        .join(" "),
    );
    expect(new Set(ways).size).toBeGreaterThanOrEqual(5);
  });

  it("show every kind of output that the page renders", () => {
    const all = papers.flatMap(outputsOf);
    const types = new Set(
      all.flatMap((one) => (one.output_type === "stream" ? ["stream"] : Object.keys(one.data))),
    );
    for (const type of [
      "stream",
      "text/plain",
      "text/html",
      "text/latex",
      "image/png",
      "image/svg+xml",
    ]) {
      expect(types).toContain(type);
    }
    const scripted = all.some(
      (one) => one.output_type !== "stream" && one.data["text/html"]?.includes("<script>"),
    );
    expect(scripted).toBe(true);
  });

  it("are all listed in the folder's README", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    for (const paper of papers) expect(readme).toContain(`](${paper}/)`);
  });
});
