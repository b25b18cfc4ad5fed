export type { AllowedOrigins } from "./cors.ts";
export { type Gateway, type GatewayOptions, startGateway } from "./gateway.ts";
