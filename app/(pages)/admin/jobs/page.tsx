import type { Metadata } from "next";
import { openJobs } from "#lib/jobs/index.ts";
import { DataTable } from "../../../components/admin/data-table.tsx";
import { DeedButton } from "../../../components/admin/deed-button.tsx";
import { State } from "../../../components/admin/words.tsx";
import { Time } from "../../../components/ui/time.tsx";
import { administrator } from "../administrator.ts";

export const metadata: Metadata = { title: "Jobs", robots: { index: false } };

const names: Record<string, string> = {
  ingest: "Fetch files",
  publish: "Publish",
  build: "Build",
  "start-session": "Start a session",
  "end-session": "End a session",
  reap: "Tidy up",
};

export default async function JobsPage() {
  await administrator();
  const jobs = await openJobs();
  return (
    <>
      <h1 className="mb-3">Jobs</h1>
      <p className="mb-6 max-w-measure text-quiet">
        What waits, what is under way, and what failed in the last seven days. A failed job can be
        tried once more when its cause is gone.
      </p>
      <DataTable
        label="Jobs that are not done"
        rows={jobs}
        keyOf={({ id }) => id}
        empty="Everything is done."
        columns={[
          { head: "State", cell: ({ state }) => <State of="job" state={state} /> },
          {
            head: "Job",
            cell: ({ name, about, problem }) => (
              <>
                {names[name] ?? name}
                <code className="hint block">{Object.values(about).join(" ").slice(0, 44)}</code>
                {problem && <span className="block">{problem}</span>}
              </>
            ),
          },
          { head: "Since", cell: ({ createdAt }) => <Time iso={createdAt} withTime /> },
          { head: "Tries", isFigure: true, cell: ({ tries }) => tries },
          {
            head: "Action",
            cell: ({ state, name, id }) =>
              state === "failed" && (
                <DeedButton
                  label="Try again"
                  description={`Try again: ${names[name] ?? name}`}
                  method="POST"
                  path={`/api/admin/jobs/${name}/${id}/retry`}
                />
              ),
          },
        ]}
      />
    </>
  );
}
