import type { DerivationId } from '../../../shared/bip324/trace.js';
import type { StepView } from '../../worker/protocol.js';

/** The words of the lesson: a title and a plain sentence or two for each step and derivation. */

export interface Words {
  readonly title: string;
  readonly plain: string;
}

export function wordsOf({ step, direction, packet }: StepView): Words {
  const ours = direction === 'sent';
  switch (step) {
    case 'key':
      return ours
        ? {
            title: 'Our key',
            plain:
              '64 bytes that look random: a public key in disguise. They are the very first bytes, so an observer sees no sign that this is Bitcoin.',
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
              'Random bytes of a random length from 0 to 4095. Without them every connection would open with the same number of bytes.',
          }
        : {
            title: 'Their garbage',
            plain:
              'The node’s random bytes. We cannot know how many there are: we search for the terminator after them.',
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
              'The 16 bytes we searched for, at most 4111 bytes after their key. From here on everything is packets.',
          };
    case 'packet':
      if (packet?.role === 'decoy') {
        return {
          title: ours ? 'A decoy of ours' : 'A decoy of theirs',
          plain: `Its contents mean nothing, and an observer cannot tell. It still has to authenticate.${first(packet)}`,
        };
      }
      return packet?.role === 'message'
        ? { title: 'A message', plain: 'An encrypted Bitcoin message.' }
        : {
            title: ours ? 'Our version packet' : 'Their version packet',
            plain: `Empty today, for later versions of the transport.${first(packet)}`,
          };
    case 'v1':
      return { title: 'A v1 peer', plain: 'These bytes are the unencrypted v1 protocol.' };
    case 'v1-message':
      return {
        title: 'A v1 message',
        plain: 'Unencrypted: magic, type, length and checksum, then the payload.',
      };
    case 'cut':
      return {
        title: 'The stream ends here',
        plain: 'What came last makes no whole step: the connection ended, or failed, inside it.',
      };
  }
}

const first = (packet: StepView['packet']): string =>
  packet?.index === 0
    ? ' As the first packet it also authenticates the garbage: one changed byte there and it would not open.'
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
  'ellswift-decode': {
    title: 'ElligatorSwift decoding',
    plain:
      'Their 64 bytes, read back as an x coordinate. Any 64 bytes decode to one, so they never look wrong.',
  },
  ecdh: {
    title: 'Diffie–Hellman (ECDH)',
    plain:
      'Our private key times their point. The node multiplies its private key with our point and gets the same x.',
  },
  'shared-secret': {
    title: 'Shared secret',
    plain: 'A tagged hash of both encodings and the shared x: it depends on every byte of both keys.',
  },
  'hkdf-extract': {
    title: 'HKDF extract',
    plain:
      'The salt ends with the network’s magic: peers on different networks get different keys and never understand each other.',
  },
  'hkdf-expand session_id': {
    title: 'Session id',
    plain:
      'Not secret. Both ends can compare it: if it is the same, nobody sits in between. The node prints it in getpeerinfo.',
  },
  'hkdf-expand initiator_L': {
    title: 'Our length key',
    plain: 'Encrypts the three length bytes of what we send.',
  },
  'hkdf-expand initiator_P': {
    title: 'Our packet key',
    plain: 'Encrypts and authenticates the rest of what we send.',
  },
  'hkdf-expand responder_L': {
    title: 'Their length key',
    plain: 'Decrypts the three length bytes of what they send.',
  },
  'hkdf-expand responder_P': {
    title: 'Their packet key',
    plain: 'Decrypts and checks the rest of what they send.',
  },
  'hkdf-expand garbage_terminators': {
    title: 'Garbage terminators',
    plain: '16 bytes for each side, sent in the clear to end its garbage.',
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
