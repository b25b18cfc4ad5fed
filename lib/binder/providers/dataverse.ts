import { z } from "zod";
import { config } from "#lib/config.ts";
import { ask, odd, refusal } from "../ask.ts";
import type { BinderSpec, Resolved } from "../types.ts";
import { landingPage, resolvedRecord } from "./record.ts";

// https://guides.dataverse.org/en/latest/api/native-api.html
const Dataset = z.object({
  status: z.literal("OK"),
  data: z.object({
    id: z.number(),
    persistentUrl: z.string().optional(),
    latestVersion: z.object({
      versionNumber: z.number().int(),
      versionMinorNumber: z.number().int().default(0),
      metadataBlocks: z.record(z.string(), z.unknown()).optional(),
      files: z.array(
        z.object({
          label: z.string(),
          directoryLabel: z.string().nullish(),
          restricted: z.boolean().default(false),
          dataFile: z.object({
            id: z.number(),
            filesize: z.number().int().nonnegative().nullish(),
            originalFileName: z.string().nullish(),
            md5: z.string().nullish(),
            checksum: z.object({ type: z.string(), value: z.string() }).nullish(),
          }),
        }),
      ),
    }),
  }),
});
type File = z.infer<typeof Dataset>["data"]["latestVersion"]["files"][number];

const algorithms = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-512": "sha512",
} as const;

/** A dataset of any Dataverse, at its newest published version. */
export async function resolveDataverse(
  { repository }: BinderSpec,
  signal: AbortSignal,
): Promise<Resolved> {
  const { dataverse } = config().binder;
  const origin = dataverse ?? (await landingPage(repository, "Dataverse", signal)).origin;
  const query = new URLSearchParams({ persistentId: `doi:${repository}` });
  const answer = await ask(`${origin}/api/datasets/:persistentId/?${query}`, { signal });
  if (answer.status !== 200) throw refusal("Dataverse", "dataset", answer);
  const dataset = Dataset.safeParse(answer.json);
  if (!dataset.success) throw odd("Dataverse");
  const { id, persistentUrl, latestVersion } = dataset.data.data;
  const { versionNumber, versionMinorNumber, files, metadataBlocks } = latestVersion;
  return resolvedRecord({
    provider: "Dataverse",
    resolved: `${id}.v${versionNumber}.${versionMinorNumber}`,
    doi: repository,
    url: persistentUrl ?? `${origin}/dataset.xhtml?${query}`,
    title: titleOf(metadataBlocks),
    files: files.filter(({ restricted }) => !restricted).map((file) => fileOf(file, origin)),
  });
}

function fileOf({ label, directoryLabel, dataFile }: File, origin: string) {
  const folder = directoryLabel ? `${directoryLabel.replace(/^\/+|\/+$/g, "")}/` : "";
  const base = `${origin}/api/access/datafile/${dataFile.id}`;
  // A table is kept in a form of the archive's own, which the checksum is of; what the author uploaded has another.
  const original = dataFile.originalFileName;
  const { checksum, md5 } = dataFile;
  const algorithm = algorithms[(checksum?.type.toUpperCase() ?? "MD5") as keyof typeof algorithms];
  const value = checksum?.value ?? md5;
  return {
    path: `${folder}${original ?? label}`,
    url: original ? `${base}?format=original` : base,
    size: original ? null : (dataFile.filesize ?? null),
    checksum: !original && algorithm && value ? { algorithm, value } : null,
  };
}

const Field = z.object({ typeName: z.literal("title"), value: z.string() });
const Citation = z.object({ citation: z.object({ fields: z.array(z.unknown()) }) });

function titleOf(blocks: unknown): string {
  const citation = Citation.safeParse(blocks);
  if (!citation.success) return "";
  for (const field of citation.data.citation.fields) {
    const title = Field.safeParse(field);
    if (title.success) return title.data.value;
  }
  return "";
}
