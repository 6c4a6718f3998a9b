/** What is typed into a form is the message, for every message; what is wrong with it is said of the field. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DecodedType,
  type Draft,
  draftOf,
  EncodeError,
  encodeMessage,
  type Form,
  formOf,
  initialDraft,
  type LeafForm,
  type MessageMap,
  payloadOf,
  valueOf,
} from '../../shared/messages/index.js';
import { messages, types } from './arbitraries.js';

function errorOf(type: DecodedType, draft: unknown): EncodeError {
  try {
    payloadOf(type, draft as Draft);
  } catch (error) {
    if (error instanceof EncodeError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

/** The form at a path, as fields are in an empty draft. */
function formAt(type: DecodedType, ...path: string[]): Form {
  return path.reduce<Form>((form, name) => {
    if (form.form === 'list') return form.item;
    if (form.form === 'leaf') throw new Error('a leaf has no fields');
    return form.fields.find((field) => field.name === name)!.formIn({});
  }, formOf(type));
}

const leafAt = (type: DecodedType, ...path: string[]) => formAt(type, ...path) as LeafForm;

describe.each(types)('%s', (type) => {
  test('its draft, also through JSON, is the value', () => {
    fc.assert(
      fc.property(messages[type], (value) => {
        const draft = JSON.parse(JSON.stringify(draftOf(type, value as never))) as Draft;
        expect(valueOf(type, draft)).toEqual(value);
        expect(payloadOf(type, draft)).toEqual(encodeMessage(type, value as never));
      }),
      { numRuns: 30 },
    );
  });

  test('a form with nothing typed yet is a message, unless a field needs something', () => {
    const draft = initialDraft(formOf(type));
    if (type === 'feature')
      expect(errorOf(type, draft)).toMatchObject({ code: 'invalid-value', field: 'id' });
    else expect(valueOf(type, draft)).toBeDefined();
  });

  test('drafts of any kind give the message or a typed error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.nat(), (whole, part, at) => {
        const draft = initialDraft(formOf(type));
        const names = Object.keys(draft);
        const name = names[at % names.length];
        for (const hostile of [whole, name === undefined ? whole : { ...(draft as object), [name]: part }]) {
          try {
            expect(payloadOf(type, hostile as Draft)).toBeInstanceOf(Uint8Array);
          } catch (error) {
            if (!(error instanceof EncodeError)) throw error;
            expect(error.hint).not.toBe('');
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the shape of a form', () => {
  test('is that of the value, not of the bytes', () => {
    const form = formOf('tx');
    if (form.form !== 'struct') throw new Error(form.form);
    expect(form.fields.map(({ name }) => name)).toEqual(['version', 'inputs', 'outputs', 'lockTime']);
    const input = formAt('tx', 'inputs', 'item');
    expect(input.form === 'struct' && input.fields.map(({ name }) => name)).toEqual([
      'outpoint',
      'scriptSig',
      'sequence',
      'witness',
    ]);
    expect(formAt('headers', 'headers', 'item')).toMatchObject({ form: 'struct', kind: 'blockHeader' });
    const header = formAt('headers', 'headers', 'item');
    expect(header.form === 'struct' && header.fields.map(({ name }) => name)).not.toContain('txCount');
  });

  test('tells limits, hints and names', () => {
    expect(formAt('inv', 'inventory')).toMatchObject({ form: 'list', min: 0, max: 50_000 });
    expect(formAt('inv', 'inventory', 'item', 'type')).toMatchObject({
      form: 'leaf',
      initial: 'tx',
      choices: ['tx', 'block', 'filtered block', 'compact block', 'wtx', 'witness tx', 'witness block'],
    });
    expect(formAt('ping', 'nonce')).toMatchObject({
      hint: 'a whole number from 0 to 18446744073709551615',
      initial: '0',
    });
    expect(formAt('filteradd', 'element')).toMatchObject({ hint: 'hex of at most 520 bytes', initial: '' });
    expect(formAt('version')).toMatchObject({ places: ['sender', 'userAgent', 'startHeight', 'relay'] });
  });

  test('a field whose form depends on another', () => {
    const entry = formAt('addrv2', 'addresses', 'item');
    if (entry.form !== 'struct') throw new Error(entry.form);
    const address = entry.fields.find(({ name }) => name === 'address')!;
    expect(address.dependsOn).toBe('network');
    expect(address.formIn({ network: 'IPv4' })).toMatchObject({
      hint: 'an IPv4 address',
      initial: '0.0.0.0',
    });
    expect(address.formIn({ network: 'I2P' })).toMatchObject({ initial: `${'a'.repeat(52)}.b32.i2p` });
    expect(address.formIn({ network: 'network 9' })).toMatchObject({ hint: 'hex of at most 512 bytes' });
    expect(address.formIn({ network: 'nonsense' })).toMatchObject({ hint: 'hex of at most 512 bytes' });
    expect(formAt('cmpctblock', 'prefilled')).toMatchObject({ form: 'list', max: 65_535 });
  });

  test('is the same object each time', () => {
    expect(formOf('block')).toBe(formOf('block'));
  });

  test('there is none of a type without a codec', () => {
    expect(() => formOf('alert' as DecodedType)).toThrow(
      expect.objectContaining({ code: 'unknown-type' }) as Error,
    );
  });
});

describe('what leaves take', () => {
  const hash = `00000000${'ab'.repeat(28)}`;
  test.each<[DecodedType, string[], string, unknown]>([
    ['ping', ['nonce'], ' 0xff ', 255n],
    ['sendcmpct', ['announce'], 'True', true],
    ['sendcmpct', ['announce'], '0x05', 5],
    ['version', ['services'], 'network, WITNESS , bit 28', 0x1000_0009n],
    ['version', ['services'], '1033', 1033n],
    ['version', ['services'], '', 0n],
    ['version', ['time'], '2009-01-03 18:15:05 UTC', 1_231_006_505n],
    ['version', ['time'], '2009-01-03T18:15:05Z', 1_231_006_505n],
    ['version', ['time'], '-5', -5n],
    ['version', ['time'], '9000000000000000000 s', 9_000_000_000_000_000_000n],
    ['version', ['receiver', 'ip'], '127.0.0.1', Uint8Array.of(...Array(10).fill(0), 255, 255, 127, 0, 0, 1)],
    ['version', ['receiver', 'ip'], '::1', Uint8Array.of(...Array(15).fill(0), 1)],
    ['inv', ['inventory', '0', 'type'], 'Witness Block', 0x4000_0002],
    ['inv', ['inventory', '0', 'type'], 'type 0x63', 99],
    ['inv', ['inventory', '0', 'type'], '7', 7],
    ['getcfilters', ['filterType'], 'basic', 0],
    ['getcfilters', ['filterType'], 'type 3', 3],
    ['headers', ['headers', '0', 'bits'], '0x1d00ffff', 0x1d00_ffff],
    ['tx', ['outputs', '0', 'value'], '0.0005 BTC', 50_000n],
    ['tx', ['outputs', '0', 'value'], '-1btc', -100_000_000n],
    ['tx', ['outputs', '0', 'value'], '50000 sat', 50_000n],
    ['tx', ['outputs', '0', 'scriptPubKey'], '51 02 4e73', Uint8Array.of(0x51, 2, 0x4e, 0x73)],
    ['tx', ['lockTime'], 'height 840000', 840_000],
    ['tx', ['lockTime'], '840000', 840_000],
    ['tx', ['lockTime'], '2024-01-01 00:00:00 UTC', 1_704_067_200],
    ['feefilter', ['feeRate'], '1000 sat/kvB', 1000n],
    ['feefilter', ['feeRate'], '1000', 1000n],
    ['cmpctblock', ['shortIds', '0'], '0000000000ff', 255],
  ])('%s %j: %j', (type, path, typed, value) => {
    expect(leafAt(type, ...path).parse(typed)).toEqual(value);
  });

  test('a hash is typed as it is shown', () => {
    const parsed = leafAt('getheaders', 'stop').parse(hash) as Uint8Array;
    expect([parsed[0], parsed[31]]).toEqual([0xab, 0]);
  });

  test.each<[DecodedType, string[], string, string]>([
    ['ping', ['nonce'], '', 'unreadable-text'],
    ['ping', ['nonce'], '1.5', 'unreadable-text'],
    ['ping', ['nonce'], '1'.repeat(10_000), 'unreadable-text'],
    ['ping', ['nonce'], '-1', 'invalid-value'],
    ['ping', ['nonce'], '18446744073709551616', 'invalid-value'],
    ['version', ['services'], 'NETWORK WITNESS', 'unreadable-text'],
    ['version', ['services'], 'bit 64', 'unreadable-text'],
    ['version', ['time'], '2009-02-30 00:00:00 UTC', 'unreadable-text'],
    ['version', ['time'], '2009-01-03 24:00:00 UTC', 'unreadable-text'],
    ['version', ['time'], 'yesterday', 'unreadable-text'],
    ['version', ['receiver', 'ip'], '127.0.0.256', 'unreadable-text'],
    ['version', ['userAgent'], 'é', 'invalid-value'],
    ['version', ['userAgent'], 'a'.repeat(257), 'limit-exceeded'],
    ['headers', ['headers', '0', 'time'], '2106-02-07 06:28:16 UTC', 'invalid-value'],
    ['getheaders', ['stop'], hash.slice(1), 'unreadable-text'],
    ['filteradd', ['element'], 'abc', 'unreadable-text'],
    ['filteradd', ['element'], 'ab'.repeat(521), 'limit-exceeded'],
    ['tx', ['outputs', '0', 'value'], '50000', 'unreadable-text'],
    ['tx', ['outputs', '0', 'value'], '0.5 sat', 'unreadable-text'],
    ['tx', ['outputs', '0', 'value'], '99999999999999999999 BTC', 'invalid-value'],
    ['tx', ['lockTime'], 'height 500000000', 'invalid-value'],
    ['tx', ['lockTime'], '1970-01-01 00:00:00 UTC', 'invalid-value'],
    ['filterload', ['hashFunctions'], '51', 'limit-exceeded'],
    ['cmpctblock', ['shortIds', '0'], '255', 'unreadable-text'],
  ])('%s %j: not %j', (type, path, typed, code) => {
    expect(() => leafAt(type, ...path).parse(typed)).toThrow(expect.objectContaining({ code }) as Error);
  });

  test('what any leaf prints it takes, and it takes what it starts with', () => {
    const leaves: LeafForm[] = [];
    const collect = (form: Form) => {
      if (form.form === 'leaf') leaves.push(form);
      else if (form.form === 'list') collect(form.item);
      else form.fields.forEach(({ formIn }) => collect(formIn({})));
    };
    types.forEach((type) => collect(formOf(type)));
    expect(leaves.length).toBeGreaterThan(50);
    for (const { initial, parse, print, choices, hint } of leaves) {
      expect(hint).not.toBe('');
      if (!hint.startsWith('text of 4')) expect(print(parse(initial))).toBe(initial);
      for (const choice of choices) expect(print(parse(choice))).toBe(choice);
    }
  });
});

describe('errors name the field', () => {
  const inv = (...inventory: unknown[]) => ({ inventory });
  test.each<[string, DecodedType, unknown, string, string]>([
    ['no object', 'ping', 'x', 'invalid-value', ''],
    ['null', 'ping', null, 'invalid-value', ''],
    ['a missing field', 'ping', {}, 'invalid-value', 'nonce'],
    ['a field that there is not', 'ping', { nonce: '1', extra: '2' }, 'invalid-value', 'extra'],
    ['null for a leaf', 'ping', { nonce: null }, 'unreadable-text', 'nonce'],
    ['a list for a leaf', 'ping', { nonce: ['1'] }, 'unreadable-text', 'nonce'],
    ['no list', 'inv', { inventory: '1' }, 'invalid-value', 'inventory'],
    ['an entry', 'inv', inv({ type: 'tx', hash: 'zz' }), 'unreadable-text', 'inventory[0].hash'],
    ['too many', 'inv', inv(...Array<object>(50_001).fill({})), 'limit-exceeded', 'inventory'],
    [
      'indexes that do not ascend',
      'getblocktxn',
      { blockHash: '00'.repeat(32), indexes: [3, 3] },
      'invalid-value',
      'indexes[1]',
    ],
    ['an end where none may be', 'version', { omittedFrom: 'nonce' }, 'invalid-value', 'omittedFrom'],
    ['an end of what never ends early', 'ping', { omittedFrom: 'nonce' }, 'invalid-value', 'omittedFrom'],
  ])('%s', (_, type, draft, code, field) => {
    expect(errorOf(type, draft)).toMatchObject({ code, field });
  });

  test('JSON’s own numbers and truth values will do', () => {
    expect(valueOf('sendcmpct', { announce: true, version: 2 })).toEqual({ announce: true, version: 2n });
    expect(errorOf('sendcmpct', { announce: true, version: 1e30 })).toMatchObject({ field: 'version' });
  });

  test('a version that ends early', () => {
    const whole = valueOf('version', initialDraft(formOf('version')));
    const { version, services, time, receiver } = draftOf('version', whole) as Record<string, Draft>;
    const early = {
      version: version!,
      services: services!,
      time: time!,
      receiver: receiver!,
      omittedFrom: 'sender',
    };
    const value: MessageMap['version'] = valueOf('version', early);
    expect(value).toMatchObject({ startHeight: -1, relay: true, omittedFrom: 'sender' });
    expect(payloadOf('version', early)).toHaveLength(46);
  });
});
