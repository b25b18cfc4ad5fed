import { headers } from "next/headers";
import Link from "next/link";
import { currentUser } from "#lib/accounts/index.ts";
import { RunningLink } from "../session/running-link.tsx";
import { Icon } from "../ui/icons.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { type Theme, ThemeMenu } from "./theme-menu.tsx";
import { Wordmark } from "./wordmark.tsx";

/** The same on every page: the way home, search, publishing, how it looks, who one is. */
export async function SiteHeader({ theme }: { theme: Theme }) {
  const user = await currentUser(await headers());
  return (
    <header className="site-header border-b border-rule">
      <div className="wrap flex min-h-14 flex-wrap items-center gap-x-5 gap-y-1 py-1.5">
        <Link href="/" className="wordmark py-1 text-xl no-underline hover:text-ink">
          <Wordmark />
        </Link>
        <search className="header-search ml-2 hidden max-w-72 flex-1 md:block">
          <form action="/">
            <label className="relative block">
              <span className="sr-only">Search papers</span>
              <Icon name="search" className="absolute left-2.5 top-2.5 text-quiet" />
              <input
                type="search"
                name="q"
                placeholder="Search papers"
                className="field h-9 min-h-0 py-0 pl-8 text-sm"
              />
            </label>
          </form>
        </search>
        <nav aria-label="Main" className="ml-auto flex items-center gap-1">
          <RunningLink />
          <Link href="/publish" className="button button-quiet">
            Publish
          </Link>
          <ThemeMenu initial={theme} />
          {user ? (
            <AccountMenu
              name={user.name}
              email={user.email}
              isAdministrator={user.role === "administrator"}
            />
          ) : (
            <Link href="/sign-in" className="button button-quiet">
              Sign in
            </Link>
          )}
        </nav>
      </div>
    </header>
  );
}
