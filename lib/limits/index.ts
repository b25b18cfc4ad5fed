export { addressKey, isLoopback } from "./address.ts";
export {
  addBan,
  assertAllowed,
  type BanKind,
  type BanView,
  banKinds,
  isAbout,
  type Launcher,
  liftBan,
  listBans,
  sourceNames,
} from "./bans.ts";
export { clientAddressOf } from "./client-address.ts";
export {
  assertLaunchRate,
  countLaunch,
  forgetOldLaunches,
  type LaunchCount,
  rateHeaders,
} from "./launches.ts";
