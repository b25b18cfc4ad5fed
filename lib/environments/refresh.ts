import { RECIPE_VERSION } from "#builder/index.ts";
import { materialiseTree } from "#lib/archive/index.ts";
import { db } from "#lib/db/index.ts";
import { recordEnvironment } from "./record.ts";

/**
 * After an upgrade of the builder, reads the environments again that have no image: their keys are of the older
 * recipe, which nothing can build any more. Images that are there stay in use.
 */
export async function refreshEnvironments(): Promise<void> {
  const outdated = await db().version.findMany({
    where: {
      ingestState: "ready",
      environment: {
        imageId: null,
        NOT: { spec: { path: ["recipeVersion"], equals: RECIPE_VERSION } },
      },
    },
    select: { id: true },
  });
  for (const { id } of outdated) await recordEnvironment(id, await materialiseTree(id));
}
