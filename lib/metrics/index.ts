export { assertMayReadMetrics, isForwarded } from "./access.ts";
export { counter, exposition, gauge, histogram, registry } from "./registry.ts";
