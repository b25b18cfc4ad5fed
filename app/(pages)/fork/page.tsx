import type { Metadata } from "next";
import Link from "next/link";
import { notFound, redirect } from "next/navigation";
import { findByDoi } from "#lib/archive/index.ts";
import { getSession } from "#lib/sessions/index.ts";
import { CompleteFork } from "../../components/launch/complete-fork.tsx";
import type { ForkRequest } from "../../components/launch/fork-marker.ts";
import { orNotFound } from "../../or-not-found.ts";
import { user, viewer } from "../../reading.ts";

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export const metadata: Metadata = { title: "Fork", robots: { index: false } };

/** Where signing in leads back to: completes the fork that was asked for, or asks whether to. */
export default async function ForkPage({ searchParams }: Props) {
  const { doi, session } = await searchParams;
  const request: ForkRequest | null =
    typeof doi === "string" ? { doi } : typeof session === "string" ? { session } : null;
  if (!request) notFound();
  if (!(await user())) {
    const next = `/fork?${new URLSearchParams(request)}`;
    redirect(`/sign-in?next=${encodeURIComponent(next)}`);
  }
  const title = await titleOf(request);
  return (
    <div className="narrow pt-14">
      <h1 className="mb-5 text-3xl font-semibold">Fork “{title}”</h1>
      <CompleteFork request={request} />
      <p className="mt-8 text-sm">
        <Link href="/">Back to the papers</Link>
      </p>
    </div>
  );
}

async function titleOf(request: ForkRequest): Promise<string> {
  const asker = await viewer();
  if ("doi" in request) {
    const { version } = await orNotFound(findByDoi(request.doi, asker));
    return version.metadata.title;
  }
  return (await orNotFound(getSession(request.session, asker))).publication.title;
}
