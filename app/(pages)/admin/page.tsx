import type { Metadata } from "next";
import { type Check, checkHealth } from "#lib/health/index.ts";
import { readFigures } from "#lib/operator/index.ts";
import { DataTable } from "../../components/admin/data-table.tsx";
import { Figures } from "../../components/admin/figures.tsx";
import { formatBytes } from "../../components/ui/format.ts";
import { Icon } from "../../components/ui/icons.tsx";
import { Notice } from "../../components/ui/notice.tsx";
import { Time } from "../../components/ui/time.tsx";
import { administrator } from "./administrator.ts";

export const metadata: Metadata = { title: "Operation", robots: { index: false } };

const names: Record<string, string> = {
  database: "Database",
  storage: "Storage",
  engine: "Engine that runs notebooks",
  gateway: "Gateway",
  worker: "Worker",
  queue: "Job queue",
};

function noteOf({ freeBytes, engine, lastSeen }: Check) {
  if (typeof freeBytes === "number") return `${formatBytes(freeBytes)} free`;
  if (typeof lastSeen === "string") {
    return (
      <>
        seen <Time iso={lastSeen} withTime />
      </>
    );
  }
  return typeof engine === "string" ? engine : "–";
}

export default async function AdminPage() {
  await administrator();
  const [counted, health] = await Promise.all([readFigures(), checkHealth()]);
  const bad = health.checks.filter(({ ok }) => !ok);
  return (
    <>
      <h1 className="mb-6">Operation</h1>
      {bad.length > 0 && (
        <div className="mb-8">
          <Notice tone="bad" title="Not everything works">
            {bad.map(({ service, problem }) => (
              <p key={service}>
                {names[service] ?? service}: {problem}
              </p>
            ))}
          </Notice>
        </div>
      )}
      <Figures counted={counted} />
      <section className="mt-12" aria-labelledby="health">
        <h2 id="health">Health</h2>
        <DataTable
          label="Health of each part"
          rows={health.checks}
          keyOf={({ service }) => service}
          empty="Nothing was checked."
          columns={[
            { head: "Part", cell: ({ service }) => names[service] ?? service },
            {
              head: "State",
              cell: ({ ok, problem }) => (
                <span className={`state ${ok ? "text-good" : "text-bad"}`}>
                  <Icon name={ok ? "check" : "stopped"} />
                  {ok ? "works" : problem}
                </span>
              ),
            },
            {
              head: "Of note",
              cell: noteOf,
            },
            { head: "Answered in", isFigure: true, cell: (check) => `${check.milliseconds} ms` },
          ]}
        />
        <p className="hint mt-3">
          The same at <a href="/health">/health</a>, and for Prometheus at{" "}
          <a href="/metrics">/metrics</a>.
        </p>
      </section>
    </>
  );
}
