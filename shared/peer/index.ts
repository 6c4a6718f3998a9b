/** `peerglass/peer`: a session with a Bitcoin node over any transport and any duplex. */
export { type Duplex } from '../duplex.js';
export { type Transport } from '../transport.js';
export { V1Transport, type V1TransportOptions } from '../v1/index.js';
export { type Clock } from './clock.js';
export { dial, type DialEvent, type DialOptions, type FallbackDecision, type FallbackOffer } from './dial.js';
export { PeerFailure, type PeerError, type PeerErrorCode } from './errors.js';
export {
  type Misbehaviour,
  type PeerEnd,
  type PeerEvent,
  type PeerMessage,
  type PeerState,
} from './events.js';
export { syncHeaders, type HeaderProgress, type HeaderSync, type HeaderSyncOptions } from './header-sync.js';
export { type InboxMark } from './inbox.js';
export { DEFAULT_USER_AGENT, type LocalVersion } from './local-version.js';
export { PROTOCOL_VERSION, type NegotiatedFeatures } from './negotiation.js';
export { type BulkType, type PeerOptions, type PeerTimeouts, type PeerTransport } from './options.js';
export { Pairing, type PairedAnswer, type PairingOptions, type Pairs, type Unanswered } from './pairing.js';
export { Peer } from './peer.js';
export { type FilterQuestion, type FilterRange, type Questions } from './questions.js';
export { type RequestOptions } from './requests.js';
export { whySilent, type Silence, type SilenceCode } from './silence.js';
