import { createHash } from "node:crypto";
import { z } from "zod";
import { config } from "#lib/config.ts";
import { ask, odd, refusal } from "../ask.ts";
import type { BinderSpec, Resolved } from "../types.ts";
import { md5, resolvedRecord } from "./record.ts";

// https://www.hydroshare.org/hsapi/
const Page = z.object({
  next: z.string().nullish(),
  results: z.array(
    z.object({
      file_name: z.string(),
      url: z.string(),
      size: z.number().int().nonnegative().nullish(),
      checksum: z.string().nullish(),
    }),
  ),
});
type HydroFile = z.infer<typeof Page>["results"][number];
const mostPages = 60;

/** A resource of HydroShare. It has no versions: what its files are now is its state. */
export async function resolveHydroshare(
  { repository }: BinderSpec,
  signal: AbortSignal,
): Promise<Resolved> {
  const { hydroshare } = config().binder;
  const listed: HydroFile[] = [];
  let next: string | null = `${hydroshare}/hsapi/resource/${repository}/files/`;
  for (let page = 0; next !== null && page < mostPages; page += 1) {
    const answer = await ask(next, { signal });
    if (answer.status !== 200) throw refusal("HydroShare", "resource", answer);
    const found = Page.safeParse(answer.json);
    if (!found.success) throw odd("HydroShare");
    listed.push(...found.data.results);
    next = found.data.next ?? null;
  }
  const url = `${hydroshare}/resource/${repository}`;
  return {
    ...resolvedRecord({
      provider: "HydroShare",
      resolved: stateOf(listed),
      doi: repository,
      url,
      title: `HydroShare resource ${repository}`,
      files: listed.map((file) => ({
        path: pathOf(file),
        url: file.url,
        size: file.size ?? null,
        checksum: md5(file.checksum),
      })),
    }),
    repoUrl: url,
    persistentSpec: repository,
  };
}

// Below the resource's own folder, if the address says so.
function pathOf({ url, file_name }: HydroFile): string {
  const inside = /\/data\/contents\/(.+)$/.exec(new URL(url).pathname)?.[1];
  return inside ? decodeURIComponent(inside) : file_name;
}

function stateOf(files: HydroFile[]): string {
  const hash = createHash("sha256");
  for (const file of [...files].sort((a, b) => (a.url < b.url ? -1 : 1))) {
    hash.update(`${file.url}\n${file.size ?? ""}\n${file.checksum ?? ""}\n`);
  }
  return hash.digest("hex").slice(0, 40);
}
