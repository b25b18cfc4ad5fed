import { runBenchmarks } from "#test/bench/run.ts";

process.exit(await runBenchmarks(process.argv.slice(2)));
