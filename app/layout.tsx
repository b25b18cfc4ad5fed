import "@fontsource-variable/source-serif-4/opsz.css";
import "@fontsource-variable/source-serif-4/opsz-italic.css";
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "katex/dist/katex.min.css";
import "./globals.css";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import { config } from "#lib/config.ts";
import { ClientRouter } from "./components/site/client-router.tsx";
import { SiteFooter } from "./components/site/site-footer.tsx";
import { SiteHeader } from "./components/site/site-header.tsx";
import type { Theme } from "./components/site/theme-menu.tsx";
import { mono, sans, serif } from "./fonts.ts";

export function generateMetadata(): Metadata {
  return {
    metadataBase: new URL(config().url),
    title: { default: "Colophon: papers that run", template: "%s · Colophon" },
    description:
      "A journal of living papers: notebooks with their data, kept under a DOI, run in the browser.",
    referrer: "strict-origin-when-cross-origin",
  };
}

export const viewport: Viewport = { colorScheme: "light dark" };

export default async function RootLayout({ children }: { children: React.ReactNode }) {
  const chosen = (await cookies()).get("theme")?.value;
  const theme: Theme = chosen === "light" || chosen === "dark" ? chosen : "system";
  // Scripts that write style sheets of their own look for the nonce here.
  const policy = (await headers()).get("content-security-policy");
  const nonce = /'nonce-([^']+)'/.exec(policy ?? "")?.[1];
  return (
    <html
      lang="en"
      className={`${serif.variable} ${sans.variable} ${mono.variable}`}
      {...(theme === "system" ? {} : { "data-theme": theme })}
    >
      <head>
        <meta property="csp-nonce" nonce={nonce} />
      </head>
      <body>
        <a href="#main" className="skip-link">
          Skip to the content
        </a>
        <ClientRouter>
          <SiteHeader theme={theme} />
          <main id="main" tabIndex={-1}>
            {children}
          </main>
          <SiteFooter />
        </ClientRouter>
      </body>
    </html>
  );
}
