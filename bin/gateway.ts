import { config } from "#lib/config.ts";
import { closeDatabase } from "#lib/db/index.ts";
import { closeEvents } from "#lib/events/index.ts";
import { startGateway } from "#lib/gateway/index.ts";
import { takeCharge } from "#lib/lifetime.ts";
import { logger } from "#lib/log.ts";

const lifetime = takeCharge(logger("gateway"));
lifetime.onStop("database", closeDatabase);
lifetime.onStop("events", closeEvents);
const gateway = await startGateway({ port: config().gatewayPort, bind: config().bind });
lifetime.onStop("gateway", () => gateway.close());
