import { testQuota } from "#test/support/quota.ts";

await testQuota("overlay", 3386);
