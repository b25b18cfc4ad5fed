import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "@prometheus-io/client";

// Next evaluates modules once per bundle: one registry a process all the same.
const shared = globalThis as typeof globalThis & { colophonMetrics?: Registry };

/** This process's metrics, those of Node and of the process among them. */
export function registry(): Registry {
  if (shared.colophonMetrics) return shared.colophonMetrics;
  shared.colophonMetrics = new Registry();
  collectDefaultMetrics({ register: shared.colophonMetrics });
  return shared.colophonMetrics;
}

interface Description<L extends string> {
  /** `colophon_…`, with its unit at the end and `_total` where it only grows. */
  name: string;
  help: string;
  labelNames?: readonly L[];
}

/** The counter of that name, made at the first call. */
export function counter<L extends string = never>(description: Description<L>): Counter<L> {
  const known = registry().getSingleMetric(description.name);
  if (known instanceof Counter) return known as Counter<L>;
  return new Counter<L>({ ...settings(description), registers: [registry()] });
}

/** The gauge of that name, made at the first call. */
export function gauge<L extends string = never>(description: Description<L>): Gauge<L> {
  const known = registry().getSingleMetric(description.name);
  if (known instanceof Gauge) return known as Gauge<L>;
  return new Gauge<L>({ ...settings(description), registers: [registry()] });
}

/** The histogram of that name with these upper bounds, made at the first call. */
export function histogram<L extends string = never>(
  description: Description<L> & { buckets: number[] },
): Histogram<L> {
  const known = registry().getSingleMetric(description.name);
  if (known instanceof Histogram) return known as Histogram<L>;
  const { buckets } = description;
  return new Histogram<L>({ ...settings(description), buckets, registers: [registry()] });
}

function settings<L extends string>({ name, help, labelNames }: Description<L>) {
  return { name, help, ...(labelNames ? { labelNames: [...labelNames] } : {}) };
}

/** Everything in the text format of Prometheus, with its media type. */
export async function exposition(): Promise<{ contentType: string; text: string }> {
  return { contentType: registry().contentType, text: await registry().metrics() };
}
