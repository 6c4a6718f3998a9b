import { toHex } from '../../../shared/bytes.js';
import { print, stepNamed, type Context, type Snippet } from './snippet.js';
import { ciphers, keysOf } from './reproduce-packet.js';
import type { LessonStep } from './steps.js';

/** What the last bytes show: which error a transport gives for them, or that a packet does not open. */
export function cutSnippet(step: LessonStep, context: Context): Snippet | undefined {
  const named = /\.packet-(\d+)\.length$/.exec(step.fields[0]?.id ?? '');
  if (named) return ofPacket(step, context, Number(named[1]));
  return step.before.receive === 'key' || step.before.receive === 'garbage'
    ? ofKeyOrGarbage(step, context)
    : undefined;
}

function ofKeyOrGarbage(step: LessonStep, context: Context): Snippet {
  const key = stepNamed(context, 'their-key')?.entry.bytes;
  return {
    imports: ['networks', 'V2Transport'],
    secrets: [],
    constants: [...(key ? ([['theirKey', key]] as const) : []), ['rest', step.entry.bytes]],
    code: [
      '// With a fresh key of ours: it looks for another terminator, and finds it as little.',
      `const transport = V2Transport.initiator({ network: networks.${context.network} });`,
      ...(key ? ['transport.receive(theirKey);'] : []),
      'transport.receive(rest);',
      'transport.end();',
      'console.log(transport.state.receive);',
    ],
    prints: [step.after.receive],
  };
}

function ofPacket(step: LessonStep, context: Context, index: number): Snippet | undefined {
  const [lengthField] = step.fields;
  const { offset, bytes } = step.entry;
  const tag = step.fields.find(({ kind }) => kind === 'tag');
  const keys = keysOf(step, context);
  const garbage = index === 0 ? stepNamed(context, 'their-garbage')?.entry.bytes : undefined;
  const aad = garbage ? 'garbage' : 'none';
  if (typeof lengthField?.value !== 'number') return undefined;
  const length = lengthField.value;
  const readLength = Uint8Array.of(length, length >>> 8, length >>> 16);
  const start = bytes.subarray(0, 3);
  if (!tag || tag.incomplete) {
    return {
      imports: ['FSChaCha20'],
      secrets: keys.slice(0, 1),
      constants: [['encryptedLength', start]],
      code: [
        '// The length of the contents, lowest byte first: more than came.',
        'const lengths = new FSChaCha20(lengthKey);',
        ...(index > 0 ? [`for (let i = 0; i < ${index}; i++) lengths.crypt(new Uint8Array(3));`] : []),
        print('lengths.crypt(encryptedLength)'),
      ],
      prints: [readLength],
    };
  }
  return {
    imports: ['FSChaCha20', 'FSChaCha20Poly1305'],
    secrets: keys,
    constants: [
      ...(garbage ? ([['garbage', garbage]] as const) : []),
      ['packet', bytes.subarray(0, tag.end - offset)],
    ],
    code: [
      ...ciphers(index, aad),
      print('lengths.crypt(packet.subarray(0, 3))'),
      '// null: the tag does not fit. The packet, or the garbage before it, was changed on the way.',
      `console.log(packets.decrypt(${aad}, packet.subarray(3)));`,
    ],
    prints: [toHex(readLength), 'null'],
  };
}
