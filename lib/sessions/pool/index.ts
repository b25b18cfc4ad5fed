export { type ClaimedSlot, claimSlots } from "./claim.ts";
export { keepPool } from "./keep.ts";
export { poolState } from "./pool-state.ts";
export { retireDeadSlot } from "./retire.ts";
export {
  mountOnSlot,
  removeSlotDirectory,
  removeSlotsDirectory,
  slotDirectories,
} from "./slot-folder.ts";
export { poolTopic } from "./topic.ts";
