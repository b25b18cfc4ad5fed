import type { Metadata } from "next";
import Link from "next/link";
import { listBuilds, type OperatorBuild } from "#lib/operator/index.ts";
import { DataTable } from "../../../components/admin/data-table.tsx";
import { DeedButton } from "../../../components/admin/deed-button.tsx";
import { State } from "../../../components/admin/words.tsx";
import { formatClock } from "../../../components/ui/format.ts";
import { Time } from "../../../components/ui/time.tsx";
import { administrator } from "../administrator.ts";

export const metadata: Metadata = { title: "Builds", robots: { index: false } };

function took({ startedAt, finishedAt }: OperatorBuild): string {
  if (!startedAt || !finishedAt) return "–";
  return formatClock((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
}

export default async function BuildsPage() {
  const builds = await listBuilds(await administrator());
  return (
    <>
      <h1 className="mb-6">Builds</h1>
      <DataTable
        label="Builds"
        rows={builds}
        keyOf={({ id }) => id}
        empty="Nothing was built yet."
        columns={[
          { head: "State", cell: ({ state }) => <State of="build" state={state} /> },
          {
            head: "Environment",
            cell: ({ environmentKey, example, cause, phase, state }) => (
              <>
                {example ? <Link href={`/p/${example.slug}`}>{example.title}</Link> : "of no paper"}
                <code className="hint block">{environmentKey.slice(0, 12)}</code>
                {cause && <span className="block">{cause}</span>}
                {phase && state === "building" && <span className="hint block">{phase}</span>}
              </>
            ),
          },
          { head: "Asked for", cell: ({ createdAt }) => <Time iso={createdAt} withTime /> },
          { head: "Took", isFigure: true, cell: took },
          {
            head: "Action",
            cell: ({ id, state, example }) => (
              <span className="flex flex-wrap items-center gap-3">
                <a href={`/api/builds/${id}/log`} aria-label={`Log of ${example?.title ?? id}`}>
                  Log
                </a>
                {(state === "queued" || state === "building") && (
                  <DeedButton
                    label="Cancel"
                    description={`Cancel the build for ${example?.title ?? id}`}
                    method="DELETE"
                    path={`/api/builds/${id}`}
                    confirm={{
                      title: "Cancel this build?",
                      body: "Sessions that wait for it fail and say so.",
                    }}
                  />
                )}
              </span>
            ),
          },
        ]}
      />
    </>
  );
}
