import { runTests } from "#test/support/run-tests.ts";

process.exit(await runTests(process.argv.slice(2)));
