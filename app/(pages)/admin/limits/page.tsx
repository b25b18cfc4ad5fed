import type { Metadata } from "next";
import Link from "next/link";
import { config } from "#lib/config.ts";
import { listLimited } from "#lib/operator/index.ts";
import { DataTable } from "../../../components/admin/data-table.tsx";
import { LimitForm } from "../../../components/admin/limit-form.tsx";
import { administrator } from "../administrator.ts";

export const metadata: Metadata = { title: "Limits", robots: { index: false } };

interface Props {
  searchParams: Promise<{ q?: string | string[] }>;
}

export default async function LimitsPage({ searchParams }: Props) {
  const asker = await administrator();
  const { q } = await searchParams;
  const query = typeof q === "string" ? q.slice(0, 200) : "";
  const publications = await listLimited(asker, query);
  const { quotas, session } = config();
  return (
    <>
      <h1 className="mb-3">Limits</h1>
      <p className="mb-6 max-w-measure text-quiet">
        At most {session.limit} sessions at once: {quotas.perPublication} of one paper unless it has
        a limit of its own, {quotas.perLogin} of one person, {quotas.perAddress} from one address.
        Further ones wait in the queue. One address without a token may launch{" "}
        {quotas.launchesPerHour} times an hour.
      </p>
      <search>
        <form className="mb-6 flex flex-wrap items-end gap-3">
          <label className="grid gap-1">
            <span className="label mb-0">Find a paper</span>
            <input type="search" name="q" defaultValue={query} className="field w-72 max-w-full" />
          </label>
          <button type="submit" className="button">
            Find
          </button>
        </form>
      </search>
      <DataTable
        label="Papers and their limits"
        rows={publications}
        keyOf={({ id }) => id}
        empty={
          query
            ? "No paper fits these words."
            : "No paper has a limit of its own, and none has sessions now."
        }
        columns={[
          { head: "Paper", cell: ({ slug, title }) => <Link href={`/p/${slug}`}>{title}</Link> },
          { head: "Launches", isFigure: true, cell: ({ launches }) => launches },
          {
            head: "Sessions",
            isFigure: true,
            cell: ({ live }) => <Link href="/admin/sessions">{live}</Link>,
          },
          {
            head: "Waiting",
            isFigure: true,
            cell: ({ waiting }) => <Link href="/admin/sessions#queue">{waiting}</Link>,
          },
          {
            head: "Most sessions at once",
            cell: ({ id, title, sessionLimit }) => (
              <LimitForm
                key={sessionLimit}
                id={id}
                title={title}
                sessionLimit={sessionLimit}
                usual={quotas.perPublication}
              />
            ),
          },
        ]}
      />
    </>
  );
}
