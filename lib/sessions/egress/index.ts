export { egressDirectory } from "./egress-directory.ts";
export { serveEgress } from "./serve-egress.ts";
