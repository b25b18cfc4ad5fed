import { z } from "zod";
import type { EnvironmentView } from "#lib/archive/index.ts";
import { db } from "#lib/db/index.ts";

const Note = z.object({ message: z.string(), hint: z.string().optional() });
const Spec = z.object({
  deviations: z.array(z.string()).default([]),
  summary: z.object({
    language: z.string(),
    languageVersion: z.string(),
    declaredBy: z.array(z.string()),
  }),
});
const Installed = z.object({
  packages: z.array(z.object({ name: z.string(), version: z.string() })),
});

interface VersionEnvironment {
  id: string;
  environmentKey: string | null;
  environmentNote: unknown;
}

const none: EnvironmentView = {
  key: null,
  state: "none",
  buildId: null,
  imageSize: null,
  language: null,
  languageVersion: null,
  declaredBy: [],
  deviations: [],
  installed: [],
  note: null,
};

/** What to show of the environments of these versions, by version id. Two queries however many there are. */
export async function environmentViews(
  versions: VersionEnvironment[],
): Promise<Map<string, EnvironmentView>> {
  const keys = [...new Set(versions.flatMap((version) => version.environmentKey ?? []))];
  const environments = keys.length
    ? await db().environment.findMany({ where: { key: { in: keys } } })
    : [];
  const builds = keys.length
    ? await db().build.findMany({
        where: { environmentKey: { in: keys } },
        distinct: ["environmentKey"],
        orderBy: [{ environmentKey: "asc" }, { createdAt: "desc" }],
        select: { id: true, environmentKey: true, state: true },
      })
    : [];
  const environmentOf = new Map(environments.map((row) => [row.key, row]));
  const buildOf = new Map(builds.map((row) => [row.environmentKey, row]));

  return new Map(
    versions.map((version) => {
      const note = Note.safeParse(version.environmentNote);
      const text = note.success ? note.data.message : null;
      const environment = environmentOf.get(version.environmentKey ?? "");
      if (!environment) return [version.id, { ...none, note: text }];
      const build = buildOf.get(environment.key);
      const spec = Spec.parse(environment.spec);
      const installed = Installed.safeParse(environment.installed);
      return [
        version.id,
        {
          key: environment.key,
          state: environment.imageId ? "built" : unbuiltState(build?.state),
          buildId: build?.id ?? null,
          imageSize: environment.imageSize === null ? null : Number(environment.imageSize),
          language: spec.summary.language,
          languageVersion: spec.summary.languageVersion || null,
          declaredBy: spec.summary.declaredBy,
          deviations: spec.deviations,
          installed: installed.success ? installed.data.packages : [],
          note: text,
        },
      ];
    }),
  );
}

// An image that was removed since its build counts as not built.
function unbuiltState(state: string | undefined): EnvironmentView["state"] {
  switch (state) {
    case "queued":
    case "building":
    case "failed":
    case "cancelled":
      return state;
    default:
      return "unbuilt";
  }
}

/** What to show of one version's environment. */
export async function environmentView(version: VersionEnvironment): Promise<EnvironmentView> {
  return (await environmentViews([version])).get(version.id) ?? none;
}
