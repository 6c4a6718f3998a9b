/** How a handshake goes wrong, or is odd. */
import { ascii, concatBytes } from '../../../shared/bytes.js';
import { encodeMessage } from '../../../shared/messages/index.js';
import { networks, type Network } from '../../../shared/networks.js';
import { Peer, V1Transport } from '../../../shared/peer/index.js';
import { duplexOfSocket } from '../../tcp.js';
import { brokenHandshake, handshakeWith, type Misbehaviour } from './misbehaviour.js';
import { politeAnswers, type Visit } from './visit.js';

/** So many bytes after the key, and no terminator among them: the whole window in which it must come. */
const SEARCH_WINDOW = 4111;
/** At this pace the key alone takes 16 s, and a handshake more than the minute that a node waits. */
const SLOW_MS = 250;
/** NODE_NETWORK and NODE_WITNESS, without NODE_P2P_V2. */
const V1_SERVICES = 0x9n;

const BODY = 'This is no Bitcoin node.\n';
const HTTP_ANSWER = ascii(
  [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: text/plain',
    `Content-Length: ${BODY.length}`,
    'Connection: close',
    '',
    BODY,
  ].join('\r\n'),
);

const rows: readonly Omit<Misbehaviour, 'phase'>[] = [
  {
    name: 'garbage-4095',
    title: 'Sends 4095 bytes of garbage, as many as there may be.',
    effect: 'accepts',
    play: handshakeWith({ garbage: 4095 }),
  },
  {
    name: 'garbage-4096',
    title: 'Sends 4096 bytes of garbage, one more than there may be.',
    effect: 'disconnects',
    play: brokenHandshake({ garbage: 4096 }),
  },
  {
    name: 'no-terminator',
    title: 'Sends garbage that no terminator ends.',
    effect: 'disconnects',
    async play(visit) {
      const raw = visit.raw();
      await raw.until(() => raw.bytesReceived > 0);
      await raw.write(concatBytes(raw.key, visit.random(SEARCH_WINDOW)));
    },
  },
  {
    name: 'wrong-terminator',
    title: 'Ends its garbage with a terminator that has one wrong bit, then falls silent.',
    effect: 'waits',
    play: brokenHandshake({ alterTerminator: (terminator) => void (terminator[15]! ^= 1) }),
  },
  {
    name: 'altered-garbage',
    title: 'Authenticates other garbage than it sent: one bit differs.',
    effect: 'disconnects',
    play: brokenHandshake({ alterGarbage: (garbage) => void (garbage[7]! ^= 1) }),
  },
  {
    name: 'missing-aad',
    title: 'Leaves its garbage unauthenticated: its version packet does not cover it.',
    effect: 'disconnects',
    play: brokenHandshake({ withoutAad: true }),
  },
  {
    name: 'missing-aad-decoy',
    title: 'Leaves its garbage unauthenticated: its first packet, a decoy, does not cover it.',
    effect: 'disconnects',
    play: brokenHandshake({ withoutAad: true, decoys: [10] }),
  },
  {
    name: 'wrong-network',
    title: 'Derives its keys with the magic of Signet.',
    effect: 'waits',
    play: (visit) => visit.raw(politeAnswers, networks.signet).handshake(),
  },
  {
    name: 'early-key',
    title: 'Sends its key before it has read a byte.',
    effect: 'accepts',
    play: handshakeWith({ early: true }),
  },
  {
    name: 'decoys-before-version',
    title: 'Sends three decoys before its version packet, one of them of 4,000,013 bytes.',
    effect: 'accepts',
    play: handshakeWith({ decoys: [0, 1000, 4_000_013] }),
  },
  {
    name: 'non-empty-version',
    title: 'Puts 300 bytes into its version packet, which is empty today.',
    effect: 'accepts',
    play: handshakeWith({ versionContents: new Uint8Array(300).fill(1) }),
  },
  {
    name: 'reserved-header-bits',
    title: 'Sets all seven reserved bits in the header of its version packet.',
    effect: 'accepts',
    play: handshakeWith({ header: 0x7f }),
  },
  {
    name: 'byte-by-byte',
    title: 'Writes every byte on its own.',
    effect: 'accepts',
    play: handshakeWith({ garbage: 300, decoys: [9], piece: 1 }),
  },
  {
    name: 'slow',
    title: 'Sends four bytes a second: too slow to be ready in time.',
    effect: 'waits',
    play: (visit) => handshakeWith({ garbage: 0, piece: 1, pause: () => visit.pause(SLOW_MS) })(visit),
  },
  {
    name: 'v2-off',
    title: 'Speaks v1 alone: closes without a byte when a key comes.',
    effect: 'retries',
    play: playV1,
  },
  {
    name: 'slots-full',
    title: 'Has no free slot: closes at once, without a byte.',
    effect: 'retries',
    play: (visit) => visit.hangUp(),
  },
  {
    name: 'silent',
    title: 'Accepts the connection and says nothing.',
    effect: 'waits',
    play: async (visit) => void visit.socket.resume(),
  },
  {
    name: 'half-key',
    title: 'Closes in the middle of its key.',
    effect: 'reports',
    async play(visit) {
      await visit.firstByte();
      visit.socket.write(visit.random(32));
      await visit.hangUp();
    },
  },
  {
    name: 'speaks-v1',
    title: 'Answers a key with a v1 version message.',
    effect: 'waits',
    play: (visit) => answerInV1(visit, networks.regtest),
  },
  {
    name: 'other-network-v1',
    title: 'Answers a key with a v1 version message of Mainnet.',
    effect: 'waits',
    play: (visit) => answerInV1(visit, networks.main),
  },
  {
    name: 'http',
    title: 'Answers as a web server does.',
    effect: 'reports',
    async play(visit) {
      await visit.firstByte();
      visit.socket.write(HTTP_ANSWER);
      await visit.hangUp();
    },
  },
];

export const handshakeMisbehaviours = rows.map((row) => ({ ...row, phase: 'handshake' as const }));

/** A v1 node reads a key as a header with a wrong magic. Whoever comes back with v1 is served. */
async function playV1(visit: Visit): Promise<void> {
  const { socket, clock, random } = visit;
  const { userAgent } = visit.version();
  const peer = new Peer({
    role: 'responder',
    transport: V1Transport.responder({ network: networks.regtest }),
    duplex: duplexOfSocket(socket),
    clock,
    random,
    version: { services: V1_SERVICES, userAgent, relay: true },
  });
  await peer.ended;
}

async function answerInV1(visit: Visit, network: Network): Promise<void> {
  await visit.firstByte();
  const transport = V1Transport.responder({ network });
  transport.send('version', encodeMessage('version', visit.version({ services: V1_SERVICES })));
  visit.socket.resume().write(transport.takeOutput());
}
