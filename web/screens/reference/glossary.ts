/** Every term that the screens use: one or two plain sentences, and where the specification speaks of it. */
export interface Entry<Id extends string = string> {
  /** As it is written in a text. */
  readonly term: string;
  /** Other names by which somebody may look for it. */
  readonly also?: string;
  readonly says: string;
  /** 'BIP324, NAME OF THE SECTION', or another document. */
  readonly section?: string;
  readonly see?: readonly Id[];
}

/** Keeps the ids as a union, and allows no `see` that leads nowhere. */
const define = <const Ids extends string>(entries: {
  readonly [Id in Ids]: Entry<NoInfer<Ids>>;
}): { readonly [Id in Ids]: Entry<Ids> } => entries;

const OVERVIEW = 'BIP324, Overview and design';
const HANDSHAKE = 'BIP324, Handshake: key exchange and version negotiation';
const ENCODING = 'BIP324, ElligatorSwift encoding of curve X coordinates';
const SECRET = 'BIP324, Shared secret computation';
const KEYS = 'BIP324, Keys and session ID derivation';
const PACKETS = 'BIP324, Packet encryption';
const REKEYING = 'BIP324, Rekeying wrappers: FSChaCha20Poly1305 and FSChaCha20';
const MESSAGES = 'BIP324, v2 Bitcoin P2P message structure';

export const glossary = define({
  aad: {
    term: 'AAD',
    also: 'additional authenticated data, associated data',
    says: 'Bytes that a packet’s tag covers although they are not inside the packet. In v2 the first packet of each side has its garbage as AAD, so that a changed byte there shows; later packets have none.',
    section: HANDSHAKE,
    see: ['tag', 'garbage'],
  },
  'active-attacker': {
    term: 'active attacker',
    says: 'Somebody on the way who changes, drops or adds bytes, and does not only read along. It costs more than reading, and it can be noticed.',
    section: 'BIP324, Motivation',
    see: ['observer', 'man-in-the-middle', 'downgrade'],
  },
  aead: {
    term: 'AEAD',
    also: 'authenticated encryption with associated data',
    says: 'Encryption that also notices changes: what opens was sealed by somebody with the key and is as it was. v2 uses ChaCha20Poly1305.',
    section: PACKETS,
    see: ['chacha20', 'poly1305', 'aad'],
  },
  bip151: {
    term: 'BIP151',
    says: 'The first proposal for encryption between Bitcoin nodes, from 2016. It began in the open, and was given up for BIP324.',
    see: ['bip324'],
  },
  bip324: {
    term: 'BIP324',
    says: 'The specification of v2, the encrypted transport between Bitcoin nodes. The names on these pages are its names.',
    see: ['v2', 'v1'],
  },
  bridge: {
    term: 'bridge',
    says: 'The program of this project that turns the page’s WebSocket into a TCP connection to a node. It carries ciphertext and has no key.',
    see: ['tunnel', 'man-in-the-middle'],
  },
  chacha20: {
    term: 'ChaCha20',
    says: 'A stream cipher: from a key and a nonce it makes bytes that look random, and the text is combined with them. The same key and nonce must never be used for two texts.',
    section: 'BIP324, Existing cryptographic primitives; RFC 8439',
    see: ['nonce', 'fschacha20', 'aead'],
  },
  checksum: {
    term: 'checksum',
    says: 'In v1’s header, the first four bytes of the payload’s double SHA-256. It shows accidents; whoever changes the payload on purpose makes a new one.',
    see: ['v1', 'tag'],
  },
  ciphertext: {
    term: 'ciphertext',
    says: 'What encryption makes of a text: bytes that mean nothing without the key.',
    section: PACKETS,
    see: ['aead', 'contents'],
  },
  contents: {
    term: 'contents',
    says: 'What a packet carries, decrypted: the type of a message and its payload, or anything at all in a decoy.',
    section: PACKETS,
    see: ['packet', 'payload', 'message-type'],
  },
  decoy: {
    term: 'decoy',
    says: 'A packet whose contents mean nothing. The ignore bit in its encrypted header says so, so that only the two peers can tell; it hides how much is really said.',
    section: OVERVIEW,
    see: ['ignore-bit', 'packet'],
  },
  downgrade: {
    term: 'downgrade',
    says: 'To make two peers that both know v2 speak v1, by cutting their v2 connections. That is why this page never falls back to v1 by itself.',
    section: 'BIP324, Motivation',
    see: ['v1', 'active-attacker', 'service-bit'],
  },
  ecdh: {
    term: 'ECDH',
    also: 'Diffie–Hellman, elliptic curve',
    says: 'Each side multiplies its own private key with the other’s public point, and both get the same point. Whoever saw only the two public keys cannot compute it.',
    section: SECRET,
    see: ['x-only', 'shared-secret'],
  },
  ellswift: {
    term: 'ElligatorSwift',
    also: 'encoding, SwiftEC, key',
    says: 'A way to write the x coordinate of a public key as 64 bytes that look random. Any 64 bytes are the encoding of some key, so nothing in them gives Bitcoin away.',
    section: ENCODING,
    see: ['x-only', 'pseudorandom'],
  },
  'ephemeral-key': {
    term: 'ephemeral key',
    also: 'private key, secret key',
    says: 'The private key of one connection alone. It is drawn anew each time. A node wipes it once the session keys are there, so that nothing kept can open an old session; this page keeps it, in its worker alone, as long as the session is on screen, to show how the keys come about.',
    section: HANDSHAKE,
    see: ['forward-secrecy', 'ecdh'],
  },
  'forward-secrecy': {
    term: 'forward secrecy',
    says: 'Who gets hold of today’s keys cannot read what was recorded before. Fresh keys for each connection give it between sessions, rekeying within one.',
    section: 'BIP324, Goals',
    see: ['rekey', 'ephemeral-key'],
  },
  fschacha20: {
    term: 'FSChaCha20',
    also: 'FSChaCha20Poly1305, length cipher',
    says: 'BIP324’s ciphers that replace their key by themselves: FSChaCha20 for the three length bytes, FSChaCha20Poly1305 for the rest of a packet.',
    section: REKEYING,
    see: ['rekey', 'chacha20', 'aead'],
  },
  garbage: {
    term: 'garbage',
    says: 'Random bytes, 0 to 4095 of them, that each side sends behind its key. Without them every connection would open with the same number of bytes.',
    section: OVERVIEW,
    see: ['garbage-terminator', 'aad'],
  },
  'garbage-terminator': {
    term: 'garbage terminator',
    says: 'The 16 bytes that end the garbage. They follow from the keys, so that the other side knows what to look for and nobody else does.',
    section: HANDSHAKE,
    see: ['garbage', 'hkdf'],
  },
  getpeerinfo: {
    term: 'getpeerinfo',
    says: 'The command that makes a node list its peers, with the transport of each and, over v2, the session id.',
    see: ['session-id'],
  },
  header: {
    term: 'header',
    says: 'One byte in front of a packet’s contents, encrypted with them. One bit of it marks a decoy; the other seven have no meaning yet and are ignored.',
    section: PACKETS,
    see: ['ignore-bit', 'packet'],
  },
  hkdf: {
    term: 'HKDF',
    also: 'extract, expand, PRK, salt, info',
    says: 'Makes several independent keys out of one secret: extract condenses the secret, expand gives 32 bytes for each name. v2 takes six values from it.',
    section: KEYS,
    see: ['session-keys', 'shared-secret', 'magic'],
  },
  'ignore-bit': {
    term: 'ignore bit',
    says: 'The highest bit of a packet’s header. If it is set, the packet is a decoy: it has to authenticate, and is then dropped.',
    section: PACKETS,
    see: ['decoy', 'header'],
  },
  initiator: {
    term: 'initiator',
    says: 'The side that opened the connection: on this page, the tab. It sends its key first, and its keys come first in the derivations.',
    section: OVERVIEW,
    see: ['responder'],
  },
  'key-epoch': {
    term: 'key epoch',
    says: 'How many times the keys of one direction have been replaced: packets 0 to 223 are of epoch 0, the next 224 of epoch 1.',
    section: REKEYING,
    see: ['rekey', 'nonce'],
  },
  length: {
    term: 'length',
    says: 'The first three bytes of a packet: how many bytes its contents have, encrypted by a cipher of their own, so that it can be read before the packet is whole.',
    section: PACKETS,
    see: ['packet', 'fschacha20'],
  },
  'long-form': {
    term: 'long form',
    says: 'A message type spelled out: a zero byte and 12 characters, padded with zeros. For types without a short id, and allowed for all.',
    section: MESSAGES,
    see: ['short-id', 'message-type'],
  },
  magic: {
    term: 'magic',
    also: 'network magic, message start',
    says: 'Four bytes that name a network: mainnet, a testnet, signet or regtest. v1 sends them in the clear in front of each message; v2 sends them never, and mixes them into the keys.',
    section: KEYS,
    see: ['v1', 'hkdf'],
  },
  'man-in-the-middle': {
    term: 'man in the middle',
    also: 'MITM',
    says: 'An active attacker who does one handshake with each side and passes on what they say, reading it. v2 cannot prevent it, but the two session ids then differ, and a comparison shows it.',
    section: 'BIP324, Motivation',
    see: ['session-id', 'active-attacker'],
  },
  'message-type': {
    term: 'message type',
    also: 'command',
    says: 'What a message is: version, inv, block … In v1 twelve bytes in the clear; in v2 one encrypted byte, or thirteen.',
    section: MESSAGES,
    see: ['short-id', 'long-form'],
  },
  nonce: {
    term: 'nonce',
    says: 'A number used once. Here 12 bytes that count packets and key epochs, so that the same key never encrypts twice in the same way. The nonce of a ping is another thing: it only tells answers apart.',
    section: REKEYING,
    see: ['key-epoch', 'chacha20'],
  },
  observer: {
    term: 'observer',
    also: 'passive attacker, eavesdropper',
    says: 'Somebody on the way who reads and records but changes nothing: an internet provider, say. Of v2 they see addresses, times and sizes, and bytes that look random.',
    section: 'BIP324, Goals',
    see: ['active-attacker', 'pseudorandom'],
  },
  packet: {
    term: 'packet',
    says: 'The unit of v2: an encrypted length (3 bytes), a header (1), the contents, and a tag (16). So each is 20 bytes longer than its contents.',
    section: PACKETS,
    see: ['length', 'header', 'contents', 'tag'],
  },
  payload: {
    term: 'payload',
    says: 'A message without its type: what v1 and v2 carry alike.',
    section: MESSAGES,
    see: ['contents', 'message-type'],
  },
  peer: {
    term: 'peer',
    also: 'node',
    says: 'Either end of a connection. All are equal in Bitcoin; a node is a peer that keeps the chain and answers others.',
    see: ['initiator', 'responder'],
  },
  poly1305: {
    term: 'Poly1305',
    says: 'Computes a tag of 16 bytes over a ciphertext, with a key that is used once. Without the key no changed text gets a fitting tag.',
    section: 'BIP324, Existing cryptographic primitives; RFC 8439',
    see: ['tag', 'aead'],
  },
  pseudorandom: {
    term: 'pseudorandom',
    says: 'Not random, but nobody without the key can tell the difference. All bytes of a v2 connection are so, from the first on.',
    section: 'BIP324, Goals',
    see: ['ellswift', 'observer'],
  },
  rekey: {
    term: 'rekeying',
    also: 'rekey',
    says: 'After 224 packets in one direction both its keys are replaced by new ones made from the old, and the old are wiped. Nothing on the wire shows it.',
    section: REKEYING,
    see: ['key-epoch', 'forward-secrecy', 'fschacha20'],
  },
  responder: {
    term: 'responder',
    says: 'The side that was called: on this page, the node. It sends nothing before it has seen that the first bytes are not v1.',
    section: OVERVIEW,
    see: ['initiator'],
  },
  secp256k1: {
    term: 'secp256k1',
    says: 'Bitcoin’s elliptic curve: the points with y² = x³ + 7 over a prime field of 256 bits. v2 uses it too.',
    section: ENCODING,
    see: ['ecdh', 'x-only'],
  },
  'service-bit': {
    term: 'service bit',
    also: 'P2P_V2, NODE_P2P_V2, services',
    says: 'A bit by which a node says what it offers. Bit 11, P2P_V2, says that it speaks v2; it travels with the node’s address, before anybody connects.',
    section: 'BIP324, Signaling v2 support',
    see: ['downgrade', 'version-message'],
  },
  'session-id': {
    term: 'session id',
    says: '32 bytes that both sides compute from the keys of one connection, and that are not secret. If both have the same, nobody sits in between.',
    section: KEYS,
    see: ['man-in-the-middle', 'getpeerinfo', 'hkdf'],
  },
  'session-keys': {
    term: 'session keys',
    also: 'initiator_L, initiator_P, responder_L, responder_P',
    says: 'Four keys of one connection: for each direction one for lengths (L) and one for the rest of the packets (P).',
    section: KEYS,
    see: ['hkdf', 'rekey'],
  },
  'shared-secret': {
    term: 'shared secret',
    says: 'A tagged hash of both keys as they were sent and of the point that both sides computed. All keys of the session follow from it.',
    section: SECRET,
    see: ['tagged-hash', 'ecdh', 'hkdf'],
  },
  'short-id': {
    term: 'short id',
    says: 'One byte in place of a message type of twelve. BIP324 gives them to the 28 most common types; later proposals add theirs.',
    section: MESSAGES,
    see: ['long-form', 'message-type'],
  },
  tag: {
    term: 'tag',
    also: 'authentication tag, MAC',
    says: 'The last 16 bytes of a packet. They fit only if every bit of it is as it was sent and no packet before it is missing; if not, the connection ends.',
    section: PACKETS,
    see: ['poly1305', 'aead', 'aad'],
  },
  'tagged-hash': {
    term: 'tagged hash',
    says: 'SHA-256 with a name in front, hashed twice in, so that a hash made for one purpose never passes for one made for another.',
    section: 'BIP324, Shared secret computation; BIP340',
    see: ['shared-secret'],
  },
  transport: {
    term: 'transport',
    says: 'How messages get across a connection: v1 or v2. What the messages say is the same over both.',
    section: 'BIP324, Transport layer specification',
    see: ['v1', 'v2'],
  },
  tunnel: {
    term: 'tunnel',
    says: 'One WebSocket to the bridge and the one TCP connection behind it. Bytes go through it as they are.',
    see: ['bridge'],
  },
  v1: {
    term: 'v1',
    also: 'version 1 transport',
    says: 'Bitcoin’s transport from the start: each message in the clear behind a header of 24 bytes. No keys, no session id.',
    section: 'BIP324, Motivation',
    see: ['magic', 'checksum', 'downgrade'],
  },
  v2: {
    term: 'v2',
    also: 'version 2 transport',
    says: 'The encrypted transport of BIP324: every byte looks random to those in between.',
    section: 'BIP324, Abstract',
    see: ['bip324', 'pseudorandom'],
  },
  'version-message': {
    term: 'version message',
    also: 'verack',
    says: 'The first Bitcoin message of each side: who speaks and what they offer; verack confirms it. Not the version packet, which comes before and belongs to the transport.',
    see: ['version-packet', 'service-bit'],
  },
  'version-packet': {
    term: 'version packet',
    says: 'The first packet of each side that is no decoy. It is empty today and there for later versions of the transport; that it opens shows that both sides have the same keys.',
    section: HANDSHAKE,
    see: ['aad', 'version-message'],
  },
  'x-only': {
    term: 'x-only',
    says: 'Of a point on the curve only its x coordinate is used. Two points share it, one above and one below, and for ECDH either gives the same result.',
    section: SECRET,
    see: ['ecdh', 'secp256k1'],
  },
});

export type TermId = keyof typeof glossary;
