"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";

const parts = [
  ["/admin", "Overview"],
  ["/admin/sessions", "Sessions"],
  ["/admin/pool", "Warm pool"],
  ["/admin/builds", "Builds"],
  ["/admin/jobs", "Jobs"],
  ["/admin/images", "Images"],
  ["/admin/limits", "Limits"],
  ["/admin/bans", "Bans"],
  ["/admin/people", "People"],
] as const;

/** The parts of the operator's view. */
export function AdminNav() {
  const here = usePathname();
  return (
    <nav aria-label="Operation">
      <ul className="flex flex-wrap gap-x-1 gap-y-1">
        {parts.map(([href, name]) => (
          <li key={href}>
            <Link
              href={href}
              className="admin-tab"
              {...(here === href ? { "aria-current": "page" as const } : {})}
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
