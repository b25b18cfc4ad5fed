import { testQuota } from "#test/support/quota.ts";

await testQuota("stream", 3383);
