import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { config } from "#lib/config.ts";
import { ownPath } from "../../components/account/own-path.ts";
import { SignInForm } from "../../components/account/sign-in-form.tsx";
import { Notice } from "../../components/ui/notice.tsx";
import { user } from "../../reading.ts";

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export const metadata: Metadata = { title: "Create an account", robots: { index: false } };

export default async function SignUpPage({ searchParams }: Props) {
  const next = ownPath((await searchParams).next);
  if (await user()) redirect(next);
  const isOpen = config().signUp === "open";
  return (
    <div className="narrow pt-14">
      <h1 className="mb-6 text-3xl font-semibold">Create an account</h1>
      {isOpen ? (
        <SignInForm mode="up" next={next} signUpOpen />
      ) : (
        <Notice tone="plain" title="This archive gives out accounts itself">
          <p>
            Ask its operator for one. Reading and running papers needs none.{" "}
            <Link href={`/sign-in?next=${encodeURIComponent(next)}`}>Sign in</Link>
          </p>
        </Notice>
      )}
    </div>
  );
}
