import type { Metadata } from "next";
import Link from "next/link";
import { listLiveSessions, type OperatorSession } from "#lib/operator/index.ts";
import { queueStandings } from "#lib/sessions/index.ts";
import { DataTable } from "../../../components/admin/data-table.tsx";
import { DeedButton } from "../../../components/admin/deed-button.tsx";
import { State } from "../../../components/admin/words.tsx";
import { formatBytes } from "../../../components/ui/format.ts";
import { Time } from "../../../components/ui/time.tsx";
import { administrator } from "../administrator.ts";

export const metadata: Metadata = { title: "Sessions", robots: { index: false } };

const waits: Record<string, string> = {
  place: "a free place",
  workspace: "the earlier session of its files",
  login: "another session of that person",
  address: "another session of that address",
  publication: "another session of that paper",
};

function owner({ owner: person, isVisitor, clientAddress }: OperatorSession) {
  return (
    <>
      {person ? (
        <Link href={`/admin/people#${person.id}`}>{person.name}</Link>
      ) : (
        <span>{isVisitor ? "A visitor" : "A program"}</span>
      )}
      {clientAddress && <span className="hint block">{clientAddress}</span>}
    </>
  );
}

const paper = ({ publication }: OperatorSession) => (
  <Link href={`/p/${publication.slug}`}>
    {publication.title}, version {publication.version}
  </Link>
);

const end = (session: OperatorSession) =>
  session.state !== "stopping" && (
    <DeedButton
      label="End"
      description={`End the session of ${session.publication.title}`}
      method="DELETE"
      path={`/api/admin/sessions/${session.id}`}
      confirm={{
        title: "End this session?",
        body: "Its notebook stops now. What was changed and saved in it is kept as after any other end.",
      }}
    />
  );

export default async function SessionsPage() {
  const sessions = await listLiveSessions(await administrator());
  const standings = await queueStandings();
  const held = sessions.filter(({ state }) => state !== "queued");
  const queued = sessions.filter(({ state }) => state === "queued");
  return (
    <>
      <h1 className="mb-6">Sessions</h1>
      <DataTable
        label="Sessions that hold a place"
        rows={held}
        keyOf={({ id }) => id}
        empty="No session holds a place now."
        columns={[
          { head: "State", cell: ({ state }) => <State of="session" state={state} /> },
          { head: "Paper", cell: paper },
          { head: "Whose", cell: owner },
          {
            head: "Since",
            cell: ({ createdAt, warm }) => (
              <>
                <Time iso={createdAt} withTime />
                {warm && <span className="hint block">from the warm pool</span>}
              </>
            ),
          },
          {
            head: "Last used",
            cell: ({ lastActivityAt }) => <Time iso={lastActivityAt} withTime />,
          },
          {
            head: "Memory",
            isFigure: true,
            cell: ({ memoryBytes }) => (memoryBytes === null ? "–" : formatBytes(memoryBytes)),
          },
          {
            head: "Processor",
            isFigure: true,
            cell: ({ cpuShare }) => (cpuShare === null ? "–" : `${Math.round(cpuShare * 100)} %`),
          },
          { head: "Action", cell: end },
        ]}
      />
      <section className="mt-12" aria-labelledby="queue">
        <h2 id="queue">Queue</h2>
        <DataTable
          label="Sessions that wait"
          rows={queued}
          keyOf={({ id }) => id}
          empty="Nobody waits."
          columns={[
            { head: "Paper", cell: paper },
            { head: "Whose", cell: owner },
            { head: "Since", cell: ({ createdAt }) => <Time iso={createdAt} withTime /> },
            {
              head: "Waits for",
              cell: ({ id }) => {
                const standing = standings.get(id);
                if (!standing) return "its image, or its start";
                const { waitsFor, position, length } = standing;
                return `${waits[waitsFor]}: ${position} of ${length}`;
              },
            },
            { head: "Action", cell: end },
          ]}
        />
      </section>
    </>
  );
}
