export { auth } from "./auth.ts";
export { ensureAdministrator, ensureSystemUser } from "./first-users.ts";
export {
  type CurrentUser,
  currentUser,
  type Identity,
  identify,
  newVisitor,
  refuseCrossSite,
  viewerOf,
} from "./identify.ts";
export { isOwnOrigin, ownOrigins } from "./origins.ts";
export {
  getOwnUser,
  listUsers,
  type Role,
  requireRole,
  requireUser,
  roles,
  setRole,
  type UserView,
} from "./roles.ts";
export { secret } from "./secret.ts";
export {
  createToken,
  createTokenForAdministrator,
  listTokens,
  revokeToken,
  type TokenView,
} from "./tokens.ts";
export { anonymousViewer, systemViewer, type Viewer } from "./viewer.ts";
