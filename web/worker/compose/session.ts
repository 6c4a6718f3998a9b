import { concatBytes } from '../../../shared/bytes.js';
import { networks } from '../../../shared/networks.js';
import type { Peer } from '../../../shared/peer/index.js';
import type { ConnectionState, Target } from '../protocol.js';
import type { SessionView } from '../view.js';
import type { Built } from './build.js';
import type { Composing, Wire } from './composer.js';
import type { NoPacket } from './protocol.js';

interface Now {
  readonly state: ConnectionState;
  readonly peer: Peer | undefined;
  readonly now: number;
}

/** A live session as Compose needs it. @param read how it stands at that moment */
export function composingOf({ protocol, network }: Target, view: SessionView, read: () => Now): Composing {
  return {
    protocol,
    network: networks[network],
    payload: (message) => view.payload(message),
    get wire(): Wire | NoPacket {
      const { state, peer } = read();
      if (state === 'closed' || state === 'failed') return 'over';
      if (state !== 'ready' || peer === undefined) return 'not-ready';
      return {
        services: peer.theirVersion?.services,
        next: () => view.nextSent,
        send: (built) => send(peer, built),
        watch: (see) => (view.watch = see),
        now: () => read().now,
      };
    },
  };
}

function send(peer: Peer, built: Built): void {
  if (built.kind === 'decoy') peer.sendDecoy(built.length);
  else if (peer.protocol === 'v1') peer.sendRaw(built.type!, built.payload);
  else peer.sendContents(concatBytes(built.typeBytes, built.payload));
}
