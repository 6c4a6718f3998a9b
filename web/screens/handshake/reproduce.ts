import { toHex } from '../../../shared/bytes.js';
import { cutSnippet } from './reproduce-cut.js';
import { packetSnippet } from './reproduce-packet.js';
import {
  magicOf,
  MissingValue,
  open,
  print,
  secret,
  stepNamed,
  valueIn,
  weInitiate,
  type Context,
  type Snippet,
} from './snippet.js';
import type { LessonStep } from './steps.js';

/** @returns undefined where nothing can be computed: bytes of which nothing is known, or a trace without their values */
export function snippetOf(step: LessonStep, context: Context): Snippet | undefined {
  try {
    return snippet(step, context);
  } catch (error) {
    if (error instanceof MissingValue) return undefined;
    throw error;
  }
}

function snippet(step: LessonStep, context: Context): Snippet | undefined {
  switch (step.kind) {
    case 'key':
      return step.direction === 'sent' ? encoding(step) : theirKey(step, context);
    case 'garbage':
      return step.direction === 'sent' ? ourGarbage(step, context) : theirGarbage(step, context);
    case 'decode':
      return {
        imports: ['ellswiftDecode'],
        secrets: [],
        constants: [['theirKey', step.entry.bytes]],
        code: [print('ellswiftDecode(theirKey)')],
        prints: [open(step, 'their-x')],
      };
    case 'ecdh':
      return {
        imports: ['loadEngine'],
        secrets: [secret(step, 'secret-key')],
        constants: [['theirX', open(step, 'their-x')]],
        code: ['const engine = await loadEngine();', print('engine.xOnlyEcdh(secretKey, theirX)')],
        prints: [secret(step, 'shared-x')],
      };
    case 'tagged-hash':
      return taggedHash(step, context);
    case 'hkdf':
      return hkdf(step);
    case 'terminator':
      return terminator(step, context);
    case 'packet':
      return packetSnippet(step, context);
    case 'ready':
      return ready(step);
    case 'v1':
      return undefined;
    case 'cut':
      return cutSnippet(step, context);
  }
}

function encoding(step: LessonStep): Snippet {
  const derivation = step.derivations[0];
  const ellCase = derivation?.outputs.find(({ id }) => id === 'case')?.view.value ?? 0;
  return {
    imports: ['xswiftec', 'xswiftecInv'],
    secrets: [],
    constants: [],
    code: [
      `const u = 0x${toHex(open(step, 'u'))}n;`,
      `const t = 0x${toHex(open(step, 't'))}n;`,
      '',
      '// Decoding gives x, the public key. Encoding x again with the same u and case gives the same t.',
      'const x = xswiftec(u, t);',
      `console.log(xswiftecInv(x, u, ${ellCase})?.toString(16).padStart(64, '0'));`,
    ],
    prints: [open(step, 't')],
  };
}

function theirKey(step: LessonStep, { network }: Context): Snippet {
  return {
    imports: ['networks', 'V2Transport'],
    secrets: [],
    constants: [['theirKey', step.entry.bytes]],
    code: [
      '// With a fresh key of ours the secrets are others; the states are the same.',
      `const transport = V2Transport.initiator({ network: networks.${network} });`,
      'transport.receive(theirKey);',
      'console.log(transport.state.receive, transport.state.send);',
    ],
    prints: [`${step.after.receive} ${step.after.send}`],
  };
}

function ourGarbage(step: LessonStep, { network }: Context): Snippet {
  return {
    imports: ['networks', 'V2Transport'],
    secrets: [],
    constants: [['garbage', step.entry.bytes]],
    code: [
      '// It follows our key, which has 64 bytes, as it is.',
      `const transport = V2Transport.initiator({ network: networks.${network}, garbage });`,
      print('transport.takeOutput().subarray(64)'),
    ],
    prints: [step.entry.bytes],
  };
}

function theirGarbage(step: LessonStep, context: Context): Snippet {
  const terminator = stepNamed(context, 'their-terminator')?.entry.bytes ?? new Uint8Array();
  return {
    imports: ['MAX_GARBAGE_BYTES'],
    secrets: [],
    constants: [
      ['terminator', terminator],
      ['received', Uint8Array.from([...step.entry.bytes, ...terminator])],
    ],
    code: [
      '// How long it is, nobody says: the terminator is looked for.',
      'let length = 0;',
      'while (!terminator.every((byte, i) => received[length + i] === byte)) length++;',
      "console.log(length, length <= MAX_GARBAGE_BYTES ? 'bytes, allowed' : 'bytes, too many');",
    ],
    prints: [`${step.entry.bytes.length} bytes, allowed`],
  };
}

function taggedHash(step: LessonStep, context: Context): Snippet {
  const weBegan = weInitiate(context);
  return {
    imports: ['v2Ecdh'],
    secrets: [secret(stepNamed(context, 'ecdh'), 'secret-key')],
    constants: [
      ['theirKey', open(step, weBegan ? 'responders-key' : 'initiators-key')],
      ['ourKey', open(step, weBegan ? 'initiators-key' : 'responders-key')],
    ],
    code: [
      '// Decoding, Diffie–Hellman and the tagged hash in one.',
      print(`v2Ecdh(secretKey, theirKey, ourKey, ${weBegan})`),
    ],
    prints: [secret(step, 'shared-secret')],
  };
}

/** The tree's outputs, in the order of `deriveSessionKeys`. */
export const sessionKeyIds = [
  'session-id',
  'initiators-length-key',
  'initiators-packet-key',
  'responders-length-key',
  'responders-packet-key',
  'initiators-garbage-terminator',
  'responders-garbage-terminator',
] as const;

function hkdf(step: LessonStep): Snippet {
  return {
    imports: ['deriveSessionKeys'],
    secrets: [secret(step, 'shared-secret')],
    constants: [['networkMagic', open(step, 'salt').slice(-4)]],
    code: [
      'const keys = deriveSessionKeys(sharedSecret, networkMagic);',
      `for (const key of Object.values(keys)) ${print('key')}`,
    ],
    prints: sessionKeyIds.map((id) => (valueIn(step, id).view.secret ? secret(step, id) : open(step, id))),
  };
}

function terminator(step: LessonStep, context: Context): Snippet {
  const initiators = (step.direction === 'sent') === weInitiate(context);
  return {
    imports: ['deriveSessionKeys'],
    secrets: [secret(stepNamed(context, 'hkdf'), 'shared-secret')],
    constants: [['networkMagic', magicOf(context)]],
    code: [
      'const keys = deriveSessionKeys(sharedSecret, networkMagic);',
      print(`keys.${initiators ? 'initiator' : 'responder'}GarbageTerminator`),
    ],
    prints: [step.entry.bytes],
  };
}

function ready(step: LessonStep): Snippet {
  return {
    imports: ['receiveStates', 'sendStates'],
    secrets: [],
    constants: [],
    code: [
      '// The table that moves the code, walked from start to here.',
      "const garbage = receiveStates.key.on['key-complete'];",
      "const version = receiveStates[garbage ?? 'ended'].on['terminator-found'];",
      "const receive = receiveStates[version ?? 'ended'].on['version-received'];",
      "console.log(receive, sendStates['awaiting-key'].on['key-complete']);",
    ],
    prints: [`${step.after.receive} ${step.after.send}`],
  };
}
