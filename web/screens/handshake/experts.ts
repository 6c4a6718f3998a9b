import type { LessonStep } from './steps.js';

/** What the specification rules for a step, in our words, and the section of BIP324 that rules it. */
export interface Rule {
  readonly text: string;
  readonly section: string;
}

const HANDSHAKE = 'Handshake: key exchange and version negotiation';
const PACKETS = 'Packet encryption';

export function ruleOf({ kind, direction, entry, before }: LessonStep): Rule {
  const ours = direction === 'sent';
  switch (kind) {
    case 'key':
      return ours
        ? {
            text: 'The initiator draws a private key from 1 to n − 1 and sends a uniformly random 64-byte encoding u ‖ t of its public key’s x coordinate.',
            section: 'ElligatorSwift encoding of curve X coordinates',
          }
        : {
            text: 'The responder sends its own encoding as soon as one received byte differs from the v1 prefix: the network magic, “version” and five zero bytes. It need not wait for all 64.',
            section: HANDSHAKE,
          };
    case 'garbage':
      return ours
        ? {
            text: '0 to 4095 bytes, of any content, sent right behind the key without waiting. They are not secret, and authenticated later as the first packet’s additional data.',
            section: HANDSHAKE,
          }
        : {
            text: 'Read on until the last 16 bytes are the expected terminator. If it is not there within 4095 + 16 bytes after the key, disconnect.',
            section: HANDSHAKE,
          };
    case 'decode':
      return {
        text: 'u and t, taken modulo the field’s order, go through XSwiftEC. Of its three candidates for x the first that is on the curve counts. The function is total: no input is refused.',
        section: 'ElligatorSwift encoding of curve X coordinates',
      };
    case 'ecdh':
      return {
        text: 'x-only: lift their x to a point, either of the two, multiply by the private key, keep the x of the result as 32 bytes, most significant first.',
        section: 'Shared secret computation',
      };
    case 'tagged-hash':
      return {
        text: 'SHA-256 tagged “bip324_ellswift_xonly_ecdh”, of the initiator’s 64 bytes, the responder’s 64 bytes and the shared x, in this order on both sides.',
        section: 'Shared secret computation',
      };
    case 'hkdf':
      return {
        text: 'HKDF-SHA256. Extract: the salt is “bitcoin_v2_shared_secret” ‖ magic. Expand: 32 bytes for each info. Of garbage_terminators the first 16 bytes are the initiator’s.',
        section: 'Keys and session ID derivation',
      };
    case 'terminator':
      return ours
        ? {
            text: 'Sent as soon as the keys are known, without waiting for the other side’s garbage. It is not part of what the first packet authenticates.',
            section: HANDSHAKE,
          }
        : {
            text: 'Found by comparing every position. It is public once sent, and bound to this session alone, since it comes from the shared secret.',
            section: 'Overall handshake pseudocode',
          };
    case 'packet':
      return ruleOfPacket(entry.packet);
    case 'ready':
      return {
        text: 'After its version packet each side may send application messages, without waiting for the other’s. Keys are replaced after every 224 packets, decoys and version packets counted.',
        section: HANDSHAKE,
      };
    case 'v1':
      return {
        text: 'A responder that reads 16 bytes equal to the v1 prefix goes on with v1, and has sent nothing before.',
        section: 'Overall handshake pseudocode',
      };
    case 'cut':
      return before.receive === 'version' || before.receive === 'application'
        ? {
            text: 'A packet whose tag does not fit ends the connection. Nothing of it is used, nothing after it can be read.',
            section: PACKETS,
          }
        : {
            text: 'There is no message for errors: whoever cannot go on disconnects, so that an observer learns nothing more.',
            section: 'Overall handshake pseudocode',
          };
  }
}

function ruleOfPacket(packet: LessonStep['entry']['packet']): Rule {
  const aad =
    packet?.index === 0
      ? 'The garbage, without its terminator, is the additional data of this first packet, whether decoy or version.'
      : 'Only a direction’s first packet has additional data; this one has none.';
  return packet?.role === 'decoy'
    ? {
        text: `Bit 7 of the header marks it as one to ignore; its contents may be of any length. ${aad}`,
        section: PACKETS,
      }
    : {
        text: `The first packet that is no decoy. Its contents are ignored today, whatever they are. ${aad} Three bytes of length go through FSChaCha20, header and contents through FSChaCha20Poly1305.`,
        section: HANDSHAKE,
      };
}

export interface Sees {
  readonly you: string;
  readonly node: string;
  readonly bridge: string;
  readonly provider: string;
}

const nothing = 'nothing: no byte crosses';

/** Who can see what. "The provider" stands for everyone on the way between bridge and node. */
export function seesOf({ kind, direction, entry, derivations }: LessonStep): Sees {
  const ours = direction === 'sent';
  switch (kind) {
    case 'key':
      return {
        you: !ours
          ? 'the node’s key in disguise'
          : derivations.length > 0
            ? 'the private key and its disguise'
            : 'its disguise; the private key is not in this recording',
        node: ours ? 'our key in disguise' : 'its own private key and its disguise',
        bridge: '64 bytes like any others, and who talks to whom',
        provider: 'the same 64 bytes; also both addresses and the port, which no encryption hides',
      };
    case 'garbage':
      return {
        you: ours ? 'how long it is' : 'bytes, but not yet where they end',
        node: ours ? 'bytes, but not yet where they end' : 'how long it is',
        bridge: 'more random bytes',
        provider: 'more random bytes: it cannot tell key from garbage',
      };
    case 'decode':
      return {
        you: 'the node’s public key',
        node: 'ours, from our 64 bytes',
        bridge: 'could decode it too: the disguise hides that it is a key, not which',
        provider: 'the same; but any 64 random bytes decode as well',
      };
    case 'ecdh':
      return {
        you: 'the shared x',
        node: 'the same x, by its own private key',
        bridge: `${nothing}. Only if it had given each side a key of its own could it know more: the session id shows that`,
        provider: nothing,
      };
    case 'tagged-hash':
      return { you: 'the shared secret', node: 'the same secret', bridge: nothing, provider: nothing };
    case 'hkdf':
      return {
        you: 'all of them',
        node: 'all of them, if it is on the same network',
        bridge: `${nothing}. Later, the two terminators among other bytes`,
        provider: `${nothing}. Later, the two terminators among other bytes`,
      };
    case 'terminator':
      return {
        you: ours ? 'where our garbage ends' : 'where the node’s garbage ends',
        node: ours ? 'where our garbage ends' : 'where its own garbage ends',
        bridge: '16 random bytes among others',
        provider: '16 random bytes among others; it does not know that packets follow',
      };
    case 'packet': {
      const decoy = entry.packet?.role === 'decoy';
      const size = `${entry.bytes.length} random bytes`;
      return {
        you: decoy
          ? 'that it is a decoy'
          : 'the version packet’s contents, and that nobody changed the garbage',
        node: decoy ? 'that it is a decoy' : 'the same',
        bridge: `${size}; a changed one would be noticed`,
        provider: `${size}: neither that it is a packet, nor of which kind`,
      };
    }
    case 'ready':
      return {
        you: 'every message',
        node: 'every message',
        bridge: 'sizes and times; not one byte of a message',
        provider: 'sizes, times, addresses and the port',
      };
    case 'v1':
      return { you: 'all of it', node: 'all of it', bridge: 'all of it', provider: 'all of it' };
    case 'cut':
      return {
        you: 'that the bytes lead nowhere',
        node: 'that the connection ended',
        bridge: 'the last bytes, and who closed first',
        provider: 'the last bytes, and who closed first',
      };
  }
}
