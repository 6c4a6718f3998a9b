import { networks } from '../../shared/networks.js';
import type { PeerError } from '../../shared/peer/index.js';
import { brokenOff, make, noNode, sentences, type Evidence } from './evidence.js';
import type { Failure } from './protocol.js';

/** How a session over v1 ended, where that reads differently from v2; undefined where it does not. */
export function v1Failure(error: PeerError, evidence: Evidence): Failure | undefined {
  switch (error.code) {
    case 'closed-before-any-byte':
      return v1Ended(evidence, error.code);
    case 'timed-out-handshaking':
      return v1Ended(evidence, error.code, 'The node’s version message did not come whole in time.');
    case 'transport': {
      const { code, message, hint } = error.error;
      if (evidence.reached === 'ready')
        return make('peer', 'The session broke', evidence, code, sentences({ message, hint }));
      const title = code === 'v1-wrong-network' ? 'Another network’s node' : 'Not a v1 node';
      const happened = 'The connection has ended.';
      return (
        noNode(evidence, code, happened) ??
        make('other-network', title, evidence, code, sentences({ message, hint }))
      );
    }
    default:
      return undefined;
  }
}

/** The connection ended under a session over v1. */
export function v1Ended(
  evidence: Evidence,
  cause: string,
  happened = 'The connection was closed before both sides were ready.',
): Failure {
  if (evidence.reached === 'ready') return brokenOff(evidence, cause);
  if (evidence.received === 0) {
    return make('peer', 'The node did not answer v1 either', evidence, cause, {
      message: 'It closed this connection, too, without sending a single byte.',
      hint: `Its slots may be full, it may have banned this address, or it runs another network than ${networks[evidence.target.network].label}.`,
    });
  }
  return (
    noNode(evidence, cause, happened) ??
    make('peer', 'The node ended the session', evidence, cause, {
      message: happened,
      hint: 'Its slots may be full, or it refuses our version or services. Try again later, or another node.',
    })
  );
}
