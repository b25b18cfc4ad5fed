"use client";
import Link from "next/link";

/** A page that could not be made. What went wrong is in the portal's log under the same digest. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <div className="narrow pt-16">
      <h1 className="text-3xl font-semibold">This page could not be made</h1>
      <p className="mt-4 max-w-measure">
        Something went wrong on our side, not on yours. Nothing that you saved is lost.
      </p>
      {error.digest && <p className="hint mt-2">For the operator: {error.digest}</p>}
      <div className="mt-6 flex gap-3">
        <button type="button" className="button button-primary" onClick={reset}>
          Try again
        </button>
        <Link href="/" className="button">
          Go to the papers
        </Link>
      </div>
    </div>
  );
}
