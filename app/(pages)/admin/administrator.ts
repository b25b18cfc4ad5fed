import { notFound } from "next/navigation";
import type { Viewer } from "#lib/accounts/index.ts";
import { viewer } from "../../reading.ts";

/** The administrator who looks at the page; for anybody else there is no such page. */
export async function administrator(): Promise<Viewer> {
  const asker = await viewer();
  if (asker.role !== "administrator") notFound();
  return asker;
}
