import { print, secret, stepNamed, weInitiate, type Context, type Named, type Snippet } from './snippet.js';
import type { LessonStep } from './steps.js';

/** A packet sealed again, or opened: with the two keys of its direction, and the counters where they were. */
export function packetSnippet(step: LessonStep, context: Context): Snippet | undefined {
  const { packet, bytes } = step.entry;
  if (packet === undefined) return undefined;
  const sent = step.direction === 'sent';
  const contents = step.fields.find(({ kind }) => kind === 'contents')?.value;
  const shared = {
    imports: ['FSChaCha20', 'FSChaCha20Poly1305'],
    secrets: keysOf(step, context),
  };
  const aad = packet.aad.length > 0 ? 'garbage' : 'none';
  const garbage = packet.aad.length > 0 ? ([['garbage', packet.aad]] as const) : [];
  if (!sent) {
    return {
      ...shared,
      constants: [...garbage, ['packet', bytes]],
      code: [
        ...ciphers(packet.index, aad),
        print('lengths.crypt(packet.subarray(0, 3))'),
        `const plaintext = packets.decrypt(${aad}, packet.subarray(3));`,
        print("plaintext ?? ''"),
      ],
      prints: [littleEndian(bytes.length - 20), plaintext(packet.header, contents)],
    };
  }
  return {
    ...shared,
    constants: [...garbage, ['plaintext', plaintext(packet.header, contents)]],
    code: [
      ...ciphers(packet.index, aad),
      '// Three bytes of length, lowest first; the header byte and the contents; the tag.',
      'const length = plaintext.length - 1;',
      'const encryptedLength = lengths.crypt(Uint8Array.of(length, length >>> 8, length >>> 16));',
      print(`[...encryptedLength, ...packets.encrypt(${aad}, plaintext)]`),
    ],
    prints: [bytes],
  };
}

/** Both ciphers of a direction, moved on to the packet's own counter. */
export function ciphers(index: number, aad: 'garbage' | 'none'): string[] {
  const needsNone = aad === 'none' || index > 0;
  return [
    'const lengths = new FSChaCha20(lengthKey);',
    'const packets = new FSChaCha20Poly1305(packetKey);',
    ...(needsNone ? ['const none = new Uint8Array(0);'] : []),
    ...(index > 0
      ? [
          `// ${index === 1 ? 'One packet' : `${index} packets`} came before it: each moves both counters on.`,
          `for (let i = 0; i < ${index}; i++) {`,
          '  lengths.crypt(new Uint8Array(3));',
          '  packets.decrypt(none, none);',
          '}',
        ]
      : []),
  ];
}

/**
 * The keys of the packet's direction as they were at its start: the step's own, unless they have been replaced since;
 * then the tree's, from which the counters lead to them.
 */
export function keysOf(step: LessonStep, context: Context): Named[] {
  if (step.entry.packet?.epoch === 0) return [secret(step, 'length-key'), secret(step, 'packet-key')];
  const initiators = (step.direction === 'sent') === weInitiate(context);
  const tree = stepNamed(context, 'hkdf');
  return (['length', 'packet'] as const).map((kind) => ({
    ...secret(tree, `${initiators ? 'initiators' : 'responders'}-${kind}-key`),
    variable: `${kind}Key`,
  }));
}

const littleEndian = (value: number): Uint8Array => Uint8Array.of(value, value >>> 8, value >>> 16);

function plaintext(header: number, contents: number | Uint8Array | undefined): Uint8Array {
  return Uint8Array.from([header, ...(contents instanceof Uint8Array ? contents : [])]);
}
