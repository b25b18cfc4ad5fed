import { ColophonError } from "#lib/errors.ts";

const formerDefaults = new Set(["master", "main"]);

/** A ref that was found, and what to tell a person who asked for another. */
export interface FoundRef {
  commit: string;
  note?: string;
}

/**
 * Looks a ref up by `find`, which gives null for one that is not there. Links often name the default branch by a name
 * that it has no more: for `master` and `main` the default branch is taken then. Throws `source_ref_unknown` (404).
 */
export async function findRef(
  ref: string,
  find: (ref: string) => Promise<string | null>,
): Promise<FoundRef> {
  const commit = await find(ref);
  if (commit !== null) return { commit };
  if (formerDefaults.has(ref)) {
    const head = await find("HEAD");
    if (head !== null) {
      return { commit: head, note: `There is no “${ref}”: the default branch is taken instead.` };
    }
  }
  throw new ColophonError("source_ref_unknown", 404, `The repository has no “${ref}”.`, {
    hint: "Give a branch, a tag or a commit that it has.",
  });
}
