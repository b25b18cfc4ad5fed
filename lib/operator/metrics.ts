import { gauge } from "#lib/metrics/index.ts";
import { type Figures, readFigures } from "./figures.ts";

interface Family {
  name: string;
  help: string;
  /** One value for each value of the label, or one alone under "". */
  label?: string;
  values: (figures: Figures) => Record<string, number>;
}

const one = (value: number) => ({ "": value });

/** What the portal tells Prometheus: the figures of the operator's page. */
const families: Family[] = [
  {
    name: "colophon_sessions",
    help: "Live sessions by state.",
    label: "state",
    values: ({ sessions: { limit: _, ...states } }) => states,
  },
  {
    name: "colophon_sessions_limit",
    help: "Most sessions at once.",
    values: ({ sessions }) => one(sessions.limit),
  },
  {
    name: "colophon_queue_waiting",
    help: "Queued sessions, by what they wait for: a place or their image.",
    label: "for",
    values: ({ sessions, waitForImage }) => ({
      image: waitForImage,
      place: sessions.queued - waitForImage,
    }),
  },
  {
    name: "colophon_queue_limit",
    help: "Most sessions that may wait.",
    values: ({ queueLimit }) => one(queueLimit),
  },
  {
    name: "colophon_launches_last_day",
    help: "Sessions begun in the last 24 hours: with a slot of the warm pool, without one, and those that failed.",
    label: "kind",
    values: ({ launches }) => launches,
  },
  {
    name: "colophon_pool_slots",
    help: "Servers that wait for a session, by state.",
    label: "state",
    values: ({ slots }) => slots,
  },
  {
    name: "colophon_builds",
    help: "Builds under way by state; failed: in the last 24 hours.",
    label: "state",
    values: ({ builds }) => builds,
  },
  {
    name: "colophon_jobs",
    help: "Jobs of the durable queue that are not done, by state.",
    label: "state",
    values: ({ jobs }) => jobs,
  },
  {
    name: "colophon_images",
    help: "Images of environments.",
    values: ({ images }) => one(images.count),
  },
  {
    name: "colophon_images_bytes",
    help: "Size of the images of environments; layers that they share count each time.",
    values: ({ images }) => one(images.bytes),
  },
  {
    name: "colophon_workspaces_bytes",
    help: "Size of what people changed in their workspaces.",
    values: ({ workspaces }) => one(workspaces.bytes),
  },
  {
    name: "colophon_publications",
    help: "Publications, and drafts.",
    label: "state",
    values: ({ publications }) => publications,
  },
  { name: "colophon_bans", help: "Bans that hold.", values: ({ bans }) => one(bans) },
  {
    name: "colophon_disk_free_bytes",
    help: "Free space where the data folder is.",
    values: ({ disk }) => one(disk.freeBytes),
  },
  {
    name: "colophon_disk_bytes",
    help: "Size of the file system where the data folder is.",
    values: ({ disk }) => one(disk.totalBytes),
  },
];

/** Puts the present figures into this process's metrics. */
export async function updateMetrics(): Promise<void> {
  const figures = await readFigures();
  for (const { name, help, label, values } of families) {
    const metric = gauge<string>({ name, help, ...(label ? { labelNames: [label] } : {}) });
    for (const [key, value] of Object.entries(values(figures))) {
      if (label) metric.set({ [label]: key }, value);
      else metric.set(value);
    }
  }
}
