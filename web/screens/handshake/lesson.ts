import type { DerivationId } from '../../../shared/bip324/trace.js';
import type { StepView } from '../../worker/protocol.js';
import { lacksInputs, type LessonKind, type LessonStep } from './steps.js';

/**
 * The words of the lesson: a title and a plain sentence or two for each step and derivation.
 * `[words](id)` in them leads to the glossary's entry of that id.
 */

export interface Words {
  readonly title: string;
  readonly plain: string;
}

type Direction = LessonStep['direction'];

export function wordsOf(step: LessonStep): Words {
  const { kind, direction, entry } = step;
  if (kind === 'packet') return wordsOfPacket(direction, entry.packet);
  const general = words(kind, direction);
  if (kind === 'hkdf' && lacksInputs(step))
    return {
      ...general,
      plain: `${general.plain} This recording holds what came out, and not what leads to it: our private key, Diffie–Hellman and the shared secret are not in it.`,
    };
  const closed = kind === 'cut' && entry.fields.some((field) => field.kind === 'tag' && !field.incomplete);
  return closed
    ? {
        ...general,
        plain:
          'A packet came whole, and its [tag](tag) does not fit: it, or the garbage before it, was changed on the way. Nothing after it can be read.',
      }
    : general;
}

/** What a link's step will be, before the session has it; undefined where no session has such a step. */
export function wordsOfId(id: string): Words | undefined {
  const fixed = /^(our|their)-(key|garbage|terminator)$/.exec(id);
  if (fixed) return words(fixed[2] as LessonKind, fixed[1] === 'our' ? 'sent' : 'received');
  const packet = /^(sent|received)\.packet-(\d{1,6})$/.exec(id);
  if (packet) {
    return {
      title: `Packet ${packet[2]} of what ${packet[1] === 'sent' ? 'we send' : 'the node sends'}`,
      plain: 'A [decoy](decoy) or the [version packet](version-packet); then the handshake is over.',
    };
  }
  const kind = Object.hasOwn(kindsOfIds, id) ? kindsOfIds[id] : undefined;
  return kind && words(kind, 'both');
}

const kindsOfIds: { readonly [id: string]: LessonKind } = {
  'ellswift-decode': 'decode',
  ecdh: 'ecdh',
  'tagged-hash': 'tagged-hash',
  hkdf: 'hkdf',
  ready: 'ready',
  'v1-peer': 'v1',
  cut: 'cut',
};

function words(kind: LessonKind, direction: Direction): Words {
  const ours = direction === 'sent';
  switch (kind) {
    case 'key':
      return ours
        ? {
            title: 'Our key',
            plain:
              '64 bytes that look random: a public key in disguise, by [ElligatorSwift](ellswift). They are the very first bytes, so an observer sees no sign that this is Bitcoin.',
          }
        : {
            title: 'Their key',
            plain:
              'The node answers with 64 bytes of its own. With these, both sides can compute every secret of the session.',
          };
    case 'garbage':
      return ours
        ? {
            title: 'Our garbage',
            plain:
              '[Garbage](garbage) is random bytes of a random length, from 0 to 4095. Without it every connection would open with the same number of bytes.',
          }
        : {
            title: 'Their garbage',
            plain:
              'The node’s random bytes. We cannot know how many there are: we search for the [terminator](garbage-terminator) after them.',
          };
    case 'decode':
      return {
        title: 'Their key, decoded',
        plain:
          'The 64 bytes are read back as an x coordinate: a point on the curve, the node’s real public key. Any 64 bytes decode to one, so they never look wrong.',
      };
    case 'ecdh':
      return {
        title: 'Diffie–Hellman',
        plain:
          'Our private key times their point. The node multiplies its private key with our point and gets the [same x](ecdh); whoever only watched knows neither private key and cannot follow.',
      };
    case 'tagged-hash':
      return {
        title: 'The shared secret',
        plain:
          'A [tagged hash](tagged-hash) mixes the shared x with all 128 bytes of both keys: change one bit of either key and the secret is another.',
      };
    case 'hkdf':
      return {
        title: 'The keys of the session',
        plain:
          'One secret grows into all that is needed, by [HKDF](hkdf): two keys for each direction, the terminators that end the garbage, and the [session id](session-id) that both can compare.',
      };
    case 'terminator':
      return ours
        ? {
            title: 'Our garbage terminator',
            plain:
              '16 bytes that follow from the keys. Only the node can recognise them; for anyone else the garbage just goes on.',
          }
        : {
            title: 'Their garbage terminator',
            plain:
              'The 16 bytes we searched for, at most 4,111 bytes after their key. From here on everything is packets.',
          };
    case 'ready':
      return {
        title: 'Encrypted',
        plain:
          'Their version packet has opened here, which shows that they hold the keys; whether ours opened there, their next messages show. From here on Bitcoin messages cross, each in a packet of its own.',
      };
    case 'v1':
      return { title: 'A v1 peer', plain: 'These bytes are the unencrypted v1 protocol.' };
    case 'packet':
      return { title: 'A packet', plain: '' };
    case 'cut':
      return {
        title: 'The stream ends here',
        plain: 'What came last makes no whole step: the connection ended, or failed, inside it.',
      };
  }
}

function wordsOfPacket(direction: Direction, packet: StepView['packet']): Words {
  const ours = direction === 'sent';
  if (packet?.role === 'decoy') {
    return {
      title: ours ? 'A decoy of ours' : 'A decoy of theirs',
      plain: `A [decoy](decoy): its contents mean nothing, and an observer cannot tell. It still has to authenticate.${first(packet)}`,
    };
  }
  return packet?.role === 'message'
    ? { title: 'A message', plain: 'An encrypted Bitcoin message.' }
    : {
        title: ours ? 'Our version packet' : 'Their version packet',
        plain: `The [version packet](version-packet) is empty today, kept for later versions of the transport.${first(packet)}`,
      };
}

const first = (packet: StepView['packet']): string =>
  packet?.index === 0
    ? ' As the first packet it also authenticates the garbage, as [additional data](aad): one changed byte there and it would not open.'
    : '';

const derivations: { readonly [id: string]: Words } = {
  'v1-checksum': {
    title: 'Checksum',
    plain:
      'The first four bytes of the payload’s double SHA-256. Whoever changes the payload can make a new one.',
  },
  'ellswift-create': {
    title: 'ElligatorSwift encoding',
    plain:
      'A fresh private key; its public key’s x coordinate has very many encodings as a pair (u, t), and one is picked at random.',
  },
  'ellswift-decode': { title: 'ElligatorSwift decoding', plain: 'The pair (u, t) leads back to one x.' },
  ecdh: {
    title: 'Diffie–Hellman (ECDH)',
    plain: 'Point multiplication on secp256k1, of which only the x coordinate is kept.',
  },
  'shared-secret': {
    title: 'Tagged hash',
    plain: 'SHA-256, started with the tag’s own hash twice, so that it is of use for nothing else.',
  },
  'hkdf-extract': {
    title: 'HKDF extract',
    plain:
      'The salt ends with the network’s magic: peers on different networks get different keys and never understand each other.',
  },
  'hkdf-expand session_id': {
    title: 'session_id',
    plain:
      'Not secret. If both ends have the same, nobody sits in between; the node prints it in getpeerinfo.',
  },
  'hkdf-expand initiator_L': {
    title: 'initiator_L',
    plain: 'Encrypts the lengths of the initiator’s packets.',
  },
  'hkdf-expand initiator_P': {
    title: 'initiator_P',
    plain: 'Encrypts and authenticates the initiator’s packets.',
  },
  'hkdf-expand responder_L': {
    title: 'responder_L',
    plain: 'Encrypts the lengths of the responder’s packets.',
  },
  'hkdf-expand responder_P': {
    title: 'responder_P',
    plain: 'Encrypts and authenticates the responder’s packets.',
  },
  'hkdf-expand garbage_terminators': {
    title: 'garbage_terminators',
    plain: '32 bytes, cut in two. Each side sends its half in the clear, to end its garbage.',
  },
  'packet-length': {
    title: 'Length (FSChaCha20)',
    plain: 'Three bytes of a key stream of its own, so that a length can be read before the packet is whole.',
  },
  'packet-aead': {
    title: 'Contents (FSChaCha20Poly1305)',
    plain: 'Encryption and authentication in one. The additional data of the first packet is the garbage.',
  },
  'rekey-length': {
    title: 'A new length key',
    plain: 'After 224 packets the key is replaced by the next bytes of its own stream.',
  },
  'rekey-packet': {
    title: 'A new packet key',
    plain: 'After 224 packets the key is replaced; the old one is forgotten.',
  },
};

export const wordsOfDerivation = (id: DerivationId): Words => derivations[id] ?? { title: id, plain: '' };
