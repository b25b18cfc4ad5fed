import Link from "next/link";

export function SiteFooter() {
  return (
    <footer className="site-footer mt-20 border-t border-rule py-8 text-quiet">
      <div className="wrap flex flex-wrap gap-x-8 gap-y-2 text-[0.8125rem]">
        <p>Colophon keeps papers that run, each under a DOI.</p>
        <nav aria-label="About" className="flex flex-wrap gap-x-5 gap-y-1 sm:ml-auto">
          <Link href="/" className="py-1">
            Papers
          </Link>
          <Link href="/publish" className="py-1">
            Publish
          </Link>
          <a href="/api/openapi.json" className="py-1">
            API
          </a>
          <a href="/health" className="py-1">
            Health
          </a>
        </nav>
      </div>
    </footer>
  );
}
