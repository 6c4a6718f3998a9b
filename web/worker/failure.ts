import type { PeerError } from '../../shared/peer/index.js';
import type { TransportError } from '../../shared/transport.js';
import { networkOfMagic, networks } from '../../shared/networks.js';
import {
  allowCommand,
  closeRow,
  formatNodeAddress,
  TunnelError,
  tunnelUrl,
} from '../../shared/tunnel/index.js';
import { brokenOff, make, noNode, sentence, sentences, type Evidence, type Words } from './evidence.js';
import { v1Ended, v1Failure } from './failure-v1.js';
import type { Failure, FailureCode } from './protocol.js';

/** The tunnel did not open, or broke. */
export function tunnelFailure(error: unknown, evidence: Evidence): Failure {
  if (!(error instanceof TunnelError)) {
    return make('internal', 'Something went wrong in this page', evidence, 'internal', {
      message: error instanceof Error ? error.message : 'An error without a name.',
      hint: 'Load the page again and retry.',
    });
  }
  const { code } = error;
  const where = formatNodeAddress(evidence.target);
  const as = (kind: FailureCode, title: string, words: Partial<Words> = {}) =>
    make(kind, title, evidence, code, { message: error.message, hint: error.hint, ...words });
  switch (code) {
    case 'bridge-unreachable':
      if (isElsewhere(evidence)) {
        return as('no-bridge', 'That bridge cannot be opened', {
          message: `Either nothing answers at ${evidence.target.bridge}, or what answers refuses pages from ${evidence.origin}: a page is not told which.`,
          hint: 'Check the address. Whoever runs that bridge can let this page in with:',
          command: `npm start -- --origin ${evidence.origin}`,
        });
      }
      return as('no-bridge', 'No bridge answers', {
        message: `A page cannot open TCP connections itself; it needs the bridge, and nothing answers at ${evidence.target.bridge}.`,
        hint: 'Start the bridge in the project’s folder, then connect again:',
        command: 'npm ci && npm start',
      });
    case 'bridge-url':
      return as('no-bridge', 'That is not the address of a bridge');
    case 'refused-address':
    case 'refused-name':
    case 'refused-port':
    case 'refused-own':
      return as('refused', refusedTitles[code], {
        message: refusedBecause[code],
        hint: `If the bridge is yours and ${where} is your node, start the bridge with:`,
        command: allowCommand(evidence.target),
      });
    case 'access-needed':
      return {
        ...as('refused', 'This bridge asks for an access key', {
          message: 'It connects only for people who know the phrase that whoever runs it has chosen.',
        }),
        offer: 'access-key',
      };
    case 'access-denied':
      return {
        ...as('refused', 'That is not this bridge’s access key', {
          message:
            'The bridge connected nowhere. Capitals and spaces count; it hears only a few wrong keys in an hour.',
        }),
        offer: 'access-key',
      };
    case 'refused-self':
    case 'refused-deny':
    case 'unsupported-network':
    case 'no-demo':
    case 'no-such-misbehaviour':
      return as('refused', 'The bridge refused this destination');
    case 'bad-address':
    case 'bad-onion':
      return as('bad-address', 'The bridge cannot read this address');
    case 'unresolvable':
      return as('unreachable', 'No such host', {
        message: `The name ${evidence.target.host} leads to no address.`,
        hint: 'Check the spelling, or give the node’s IP address.',
      });
    case 'unreachable':
    case 'connection-refused':
    case 'connect-timeout':
      return as('unreachable', 'The node is unreachable', {
        message: `${unreachableBecause[code]} No byte was exchanged, so this says nothing about v1 or v2.`,
        hint: `Check that the node runs, listens on ${where}, and lets the bridge’s machine through its firewall.`,
      });
    case 'proxy-failed':
      return as('unreachable', 'The bridge’s proxy does not work');
    case 'limit-client':
    case 'limit-total':
      return as('limit', 'The bridge has no room');
    case 'limit-opens':
    case 'limit-all-opens':
    case 'limit-destinations':
    case 'limit-failures':
    case 'limit-bytes':
    case 'limit-all-bytes':
      return as('limit', 'The bridge’s limit is reached');
    case 'shutting-down':
      return as('shutting-down', 'The bridge is shutting down', { command: 'npm start' });
    case 'silent':
      return silent(evidence, code);
    case 'target-reset':
    case 'target-closed':
      if (evidence.target.protocol === 'v1') return v1Ended(evidence, code);
      return evidence.received === 0 ? v1Only(evidence, code) : closedEarly(evidence, code);
    default:
      return as('bridge-ended', 'The way through the bridge broke');
  }
}

/** Whether the bridge is another than the one that serves the page. */
const isElsewhere = ({ target, origin }: Evidence): boolean =>
  new URL(tunnelUrl(target.bridge, target)).host !== new URL(origin).host;

const refusedTitles = {
  'refused-address': 'The bridge does not connect to private addresses',
  'refused-name': 'This name leads to a private address',
  'refused-port': 'The bridge does not connect to this port',
  'refused-own': 'The bridge does not connect to its own machine',
};

const refusedBecause = {
  'refused-address':
    'Unless told otherwise it refuses them, so that no page can use it to reach into a network at home or at work.',
  'refused-name':
    'Unless told otherwise the bridge refuses those, so that no page can use it to reach into a network at home or at work.',
  'refused-port':
    'Unless told otherwise it allows the usual Bitcoin ports alone: 8333, 18333, 48333, 38333 and 18444.',
  'refused-own':
    'Unless told otherwise it refuses its own addresses, so that no page can use it to get behind its firewall.',
};

const unreachableBecause = {
  unreachable: 'No network leads to it from the bridge.',
  'connection-refused': 'Its machine answers, but nothing listens on that port.',
  'connect-timeout': 'Nothing answered in time.',
};

/** The session ended after the tunnel stood. */
export function peerFailure(error: PeerError, evidence: Evidence): Failure {
  const overV1 = evidence.target.protocol === 'v1' ? v1Failure(error, evidence) : undefined;
  if (overV1) return overV1;
  switch (error.code) {
    case 'connection-lost':
      return tunnelFailure(error.cause, evidence);
    case 'closed-before-any-byte':
      return v1Only(evidence, error.code);
    case 'timed-out-without-bytes':
      return silent(evidence, error.code);
    case 'timed-out-handshaking':
      return notV2(evidence, error.code, 'The handshake did not come to its end in time.');
    case 'negotiation-after-verack':
      return make('peer', 'The node broke the protocol', evidence, error.code, {
        message: sentence(error.message),
        hint: `A node says ${error.type} between version and verack or not at all. Connect again, or take another node.`,
      });
    case 'transport':
      return transportFailure(error.error, evidence);
    default:
      return make('peer', 'The session ended', evidence, error.code, sentences(error));
  }
}

export function transportFailure({ code, message, hint }: TransportError, evidence: Evidence): Failure {
  switch (code) {
    case 'missing-garbage-terminator':
      return notV2(
        evidence,
        code,
        'Their garbage terminator did not come within 4111 bytes after their key, the whole window in which it must.',
      );
    case 'closed-before-key':
      return v1Only(evidence, code);
    case 'closed-during-key':
    case 'closed-during-garbage':
    case 'closed-before-version':
      return closedEarly(evidence, code);
    case 'packet-authentication-failed':
      return make('tampered', 'A packet did not authenticate', evidence, code, {
        message: `${sentence(message)} Nothing after it can be read.`,
        hint: 'Connect again. If it happens again, something between you and the node alters bytes.',
      });
    default:
      return make('peer', 'The session broke', evidence, code, sentences({ message, hint }));
  }
}

/** As Bitcoin Core does before it retries: by then a v1 node has read a whole header of its own protocol, and left. */
const V1_HEADER_BYTES = 24;

function v1Only(evidence: Evidence, cause: string): Failure {
  const failure = make('v1-only', 'The node hung up without a word', evidence, cause, {
    message:
      'It accepted the connection and closed it without sending a single byte. It probably speaks only v1, the unencrypted protocol.',
    hint: 'If it is your node, start it with -v2transport=1 (the default since Bitcoin Core 27). A node with no free slot, or one that banned this address, does the same.',
  });
  return evidence.sent >= V1_HEADER_BYTES ? { ...failure, offer: 'retry-with-v1' } : failure;
}

function silent(evidence: Evidence, cause: string): Failure {
  return make('silent', 'The port says nothing', evidence, cause, {
    message:
      evidence.target.protocol === 'v1'
        ? 'The connection stands, but not one byte came back. A v1 node answers the version message that it got.'
        : 'The connection stands, but not one byte came back. A v2 node answers the first byte that it gets.',
    hint: 'Check that this is the node’s P2P port, not its RPC or another service’s port.',
  });
}

function closedEarly(evidence: Evidence, cause: string): Failure {
  return notV2(evidence, cause, 'The connection was closed in the middle of the handshake.');
}

/** Bytes came; unless the evidence says otherwise, they were no v2 handshake with our magic. */
function notV2(evidence: Evidence, cause: string, happened: string): Failure {
  const { head, received, target, reached } = evidence;
  const { label } = networks[target.network];
  if (reached === 'ready') return brokenOff(evidence, cause);
  if (reached === 'encrypted') {
    return make('peer', 'The node ended the session', evidence, cause, {
      message: 'The connection was encrypted, and then ended before both sides were ready.',
      hint: 'Its slots may be full. Try again later, or another node.',
    });
  }
  if (reached === 'terminator') {
    return make('peer', 'The node’s version packet did not come', evidence, cause, {
      message: `${happened} Its garbage terminator was found, so it speaks v2 on ${label}; its version packet is missing.`,
      hint: 'It may be overloaded or shutting down. Connect again, or take another node.',
    });
  }
  const stranger = noNode(evidence, cause, happened);
  if (stranger) return stranger;
  const v1 = head.length >= 4 ? networkOfMagic(head.subarray(0, 4)) : undefined;
  if (v1) {
    return make('v1-only', 'The node answered in v1', evidence, cause, {
      message: `Its first four bytes are the magic of ${v1.label}: the unencrypted v1 protocol.`,
      hint: 'This page began with v2, as it does with every node. Start the node with -v2transport=1, or connect to another one.',
    });
  }
  return received >= 64
    ? make('other-network', 'Another network’s node, or not v2', evidence, cause, {
        message: `${happened} Bytes came that may be a v2 key, but with the magic of ${label} they lead to no terminator.`,
        hint: `Choose the network that the node runs: the magic is part of the keys, so a node on another network than ${label} looks just like this.`,
      })
    : make('other-network', 'Not a v2 node', evidence, cause, {
        message: `${happened} Fewer than the 64 bytes of a v2 key came.`,
        hint: 'Check that this is a Bitcoin node’s P2P port, and that the node has v2 on.',
      });
}

/** Not a failure: the node ended a session that was ready. */
export function closedByNode(evidence: Evidence): Failure {
  return make('peer', 'The node closed the connection', evidence, 'target-closed', {
    message: 'The session was ready, and the node ended it in the regular way.',
    hint: closeRow('target-closed').hint,
  });
}
