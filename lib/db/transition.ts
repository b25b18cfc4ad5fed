import { ColophonError } from "#lib/errors.ts";

/** From each state, the states that may follow. One such table a noun, in that noun's state.ts. */
export type TransitionTable<S extends string> = { readonly [From in S]: readonly S[] };

/** The states from which `to` may be entered. */
export function statesBefore<S extends string>(table: TransitionTable<S>, to: S): S[] {
  return (Object.keys(table) as S[]).filter((from) => table[from].includes(to));
}

/**
 * Runs the guarded `UPDATE … WHERE state IN (…)` for a change to state `to`.
 * `update` receives the states that may precede and gives the number of rows that it changed.
 * Throws ColophonError `illegal_transition` (409) when no row was in such a state.
 */
export async function guardedTransition<S extends string>(
  what: string,
  table: TransitionTable<S>,
  to: S,
  update: (from: S[]) => Promise<{ count: number }>,
): Promise<void> {
  const { count } = await update(statesBefore(table, to));
  if (count === 0) {
    throw new ColophonError("illegal_transition", 409, `This ${what} cannot become ${to} now.`, {
      hint: "Look at its present state: something else has changed it meanwhile.",
    });
  }
}
