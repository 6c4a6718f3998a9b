/** The lab: whole sessions between transports of ours, undisturbed, overheard, and with a byte broken. No network. */
export {
  breakByte,
  nameOf,
  problemOf,
  type Break,
  type BreakProblem,
  type BrokenSession,
  type Ending,
  type HeldBack,
  type Verdict,
} from './break.js';
export { mallorySession, type MalloryLink, type MallorySession, type RelayedPacket } from './mallory.js';
export { breakableKinds, predict, type BreakableKind, type Prediction } from './predict.js';
export { realNode, type RealNode } from './real-node.js';
export {
  fieldAt,
  labSession,
  packetAt,
  type Delivery,
  type LabSession,
  type LabStream,
  type Wire,
} from './session.js';
export { seededRandom } from './seed.js';
export { otherParty, parties, Side, type Awaiting, type Party } from './side.js';
