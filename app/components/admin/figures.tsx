import Link from "next/link";
import type { Figures as Counted } from "#lib/operator/index.ts";
import { formatBytes, formatCount } from "../ui/format.ts";

interface Figure {
  name: string;
  href: string;
  main: string;
  rest: string;
}

function figuresOf(counted: Counted): Figure[] {
  const { sessions, launches, slots, builds, jobs, images, workspaces, disk } = counted;
  const held = sessions.starting + sessions.ready + sessions.stopping;
  const launched = launches.warm + launches.cold;
  return [
    {
      name: "Sessions",
      href: "/admin/sessions",
      main: `${held} of ${sessions.limit} places`,
      rest: `${sessions.ready} running, ${sessions.starting} starting, ${sessions.stopping} ending`,
    },
    {
      name: "Queue",
      href: "/admin/sessions#queue",
      main: `${sessions.queued} waiting`,
      rest: `${counted.waitForImage} of them for their image; at most ${counted.queueLimit}`,
    },
    {
      name: "Launches in 24 hours",
      href: "/admin/pool",
      main: String(launched),
      rest: `${launches.warm} from the warm pool, ${launches.failed} failed`,
    },
    {
      name: "Warm pool",
      href: "/admin/pool",
      main: `${slots.ready} ready`,
      rest: `${slots.starting} being started`,
    },
    {
      name: "Builds",
      href: "/admin/builds",
      main: `${builds.building} under way`,
      rest: `${builds.queued} waiting, ${builds.failed} failed in 24 hours`,
    },
    {
      name: "Jobs",
      href: "/admin/jobs",
      main: `${jobs.waiting + jobs.active} open`,
      rest: `${jobs.active} under way, ${jobs.failed} failed`,
    },
    {
      name: "Images",
      href: "/admin/images",
      main: formatBytes(images.bytes),
      rest: `${formatCount(images.count, "image")}; collected beyond ${formatBytes(images.limitBytes)}`,
    },
    {
      name: "Disk",
      href: "/admin/images#disk",
      main: `${formatBytes(disk.freeBytes)} free`,
      rest: `of ${formatBytes(disk.totalBytes)}; workspaces take ${formatBytes(workspaces.bytes)}`,
    },
    {
      name: "Bans",
      href: "/admin/bans",
      main: String(counted.bans),
      rest: "of addresses, people and repositories",
    },
    {
      name: "People",
      href: "/admin/people",
      main: String(counted.people),
      rest: "with an account",
    },
    {
      name: "Papers",
      href: "/",
      main: String(counted.publications.published),
      rest: `published; ${formatCount(counted.publications.drafts, "draft")}`,
    },
  ];
}

/** What there is of everything; each figure leads to what it counts. */
export function Figures({ counted }: { counted: Counted }) {
  return (
    <dl className="admin-figures">
      {figuresOf(counted).map(({ name, href, main, rest }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="main">
            <Link href={href}>{main}</Link>
          </dd>
          <dd className="text-quiet">{rest}</dd>
        </div>
      ))}
    </dl>
  );
}
