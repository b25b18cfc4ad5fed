import type { Metadata } from "next";
import Link from "next/link";
import { type BanView, listBans } from "#lib/limits/index.ts";
import { BanForm } from "../../../components/admin/ban-form.tsx";
import { DataTable } from "../../../components/admin/data-table.tsx";
import { DeedButton } from "../../../components/admin/deed-button.tsx";
import { Time } from "../../../components/ui/time.tsx";
import { administrator } from "../administrator.ts";

export const metadata: Metadata = { title: "Bans", robots: { index: false } };

const kinds: Record<BanView["kind"], string> = {
  address: "Address or network",
  user: "Person",
  repository: "Repositories",
};

export default async function BansPage() {
  const bans = await listBans(await administrator());
  return (
    <>
      <h1 className="mb-3">Bans</h1>
      <p className="mb-6 max-w-measure text-quiet">
        Who is banned cannot launch anything, and is told why. Reading stays possible.
      </p>
      <DataTable
        label="Bans"
        rows={bans}
        keyOf={({ id }) => id}
        empty="Nobody is banned."
        columns={[
          { head: "Kind", cell: ({ kind }) => kinds[kind] },
          {
            head: "What",
            cell: ({ kind, value }) =>
              kind === "user" ? (
                <Link href={`/admin/people#${value}`}>{value}</Link>
              ) : (
                <code>{value}</code>
              ),
          },
          { head: "Reason", cell: ({ reason }) => reason },
          { head: "Since", cell: ({ createdAt }) => <Time iso={createdAt} /> },
          {
            head: "Until",
            cell: ({ expiresAt }) =>
              expiresAt ? <Time iso={expiresAt} withTime /> : "it is lifted",
          },
          {
            head: "Action",
            cell: ({ id, value }) => (
              <DeedButton
                label="Lift"
                description={`Lift the ban of ${value}`}
                method="DELETE"
                path={`/api/admin/bans/${id}`}
              />
            ),
          },
        ]}
      />
      <section className="mt-12 max-w-measure" aria-labelledby="new-ban">
        <h2 id="new-ban">Ban somebody or something</h2>
        <BanForm />
      </section>
    </>
  );
}
