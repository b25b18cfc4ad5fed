import type { Metadata } from "next";
import Link from "next/link";
import { config } from "#lib/config.ts";
import { listPool } from "#lib/operator/index.ts";
import { DataTable } from "../../../components/admin/data-table.tsx";
import { formatBytes } from "../../../components/ui/format.ts";
import { Time } from "../../../components/ui/time.tsx";
import { administrator } from "../administrator.ts";

export const metadata: Metadata = { title: "Warm pool", robots: { index: false } };

export default async function PoolPage() {
  const environments = await listPool(await administrator());
  const { memory, min, max } = config().pool;
  return (
    <>
      <h1 className="mb-3">Warm pool</h1>
      <p className="mb-6 max-w-measure text-quiet">
        Servers that wait, already started, for a session of a popular environment: from {min} to{" "}
        {max} each, as far as {formatBytes(memory)} of memory go. Launches are those of the last 24
        hours.
      </p>
      <DataTable
        label="Warm pool by environment"
        rows={environments}
        keyOf={({ environmentKey }) => environmentKey}
        empty="Nothing waits, and nothing was launched in 24 hours."
        columns={[
          {
            head: "Environment",
            cell: ({ environmentKey, example }) => (
              <>
                {example ? <Link href={`/p/${example.slug}`}>{example.title}</Link> : "of no paper"}
                <code className="hint block">{environmentKey.slice(0, 12)}</code>
              </>
            ),
          },
          { head: "Ready", isFigure: true, cell: ({ ready }) => ready },
          { head: "Being started", isFigure: true, cell: ({ starting }) => starting },
          {
            head: "Oldest",
            cell: ({ oldestAt }) => (oldestAt ? <Time iso={oldestAt} withTime /> : "–"),
          },
          { head: "Warm launches", isFigure: true, cell: ({ hits }) => hits },
          { head: "Others", isFigure: true, cell: ({ misses }) => misses },
          {
            head: "Share",
            isFigure: true,
            cell: ({ hits, misses }) =>
              hits + misses === 0 ? "–" : `${Math.round((100 * hits) / (hits + misses))} %`,
          },
        ]}
      />
    </>
  );
}
