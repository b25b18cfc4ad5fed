import Link from "next/link";

export const metadata = { title: "Not found" };

/** For what does not exist and for what one may not see: the two answer alike. */
export default function NotFound() {
  return (
    <div className="narrow pt-16">
      <h1 className="text-3xl font-semibold">There is nothing at this address</h1>
      <p className="mt-4 max-w-measure">
        Perhaps the address has a mistake, or what it names belongs to somebody else. If it is
        yours, <Link href="/sign-in">sign in</Link> and try again.
      </p>
      <search>
        <form action="/" className="mt-6 flex max-w-96 gap-2">
          <label className="flex-1">
            <span className="sr-only">Search papers</span>
            <input type="search" name="q" placeholder="Search papers" className="field" />
          </label>
          <button type="submit" className="button">
            Search
          </button>
        </form>
      </search>
    </div>
  );
}
