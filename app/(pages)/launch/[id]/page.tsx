import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { getSession } from "#lib/sessions/index.ts";
import { Launch } from "../../../components/launch/launch.tsx";
import { orNotFound } from "../../../or-not-found.ts";
import { usualBuild, viewer } from "../../../reading.ts";

interface Props {
  params: Promise<{ id: string }>;
}

export const metadata: Metadata = { title: "Launch", robots: { index: false } };

export default async function LaunchPage({ params }: Props) {
  const { id } = await params;
  const session = await orNotFound(getSession(id, await viewer()));
  const isUnderWay = session.state === "queued" || session.state === "starting";
  if (!isUnderWay && session.state !== "failed") redirect(`/session/${id}`);
  const { publication, path } = session;
  return (
    <div className="narrow pt-12">
      <p className="kicker">
        {session.isFork ? "Your draft" : `Version ${publication.version}`}
        {path && `, ${path}`}
      </p>
      <h1 className="mb-7 mt-1 text-3xl font-semibold">
        <Link href={`/p/${publication.slug}`} className="no-underline hover:underline">
          {publication.title}
        </Link>
      </h1>
      <Launch initial={session} usualBuild={await usualBuild()} />
    </div>
  );
}
