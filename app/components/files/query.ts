/** Which file the address asks for, and from which byte on. */
export function readFileQuery(search: Record<string, string | string[] | undefined>): {
  file: string | null;
  from: number;
} {
  const file = typeof search.file === "string" ? search.file : null;
  const from = Number(search.from ?? 0);
  return { file, from: Number.isSafeInteger(from) && from > 0 ? from : 0 };
}
