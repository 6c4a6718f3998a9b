/** The v1 transport: for comparison, and for peers that speak nothing else. */
export { type V1Error, type V1ErrorCode } from './errors.js';
export { type V1Event } from './events.js';
export { v1ReceiveStates, type V1ReceiveState, type V1SendState, type V1States } from './states.js';
export { V1Transport, type V1TransportOptions } from './transport.js';
