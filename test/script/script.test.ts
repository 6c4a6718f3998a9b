import { Address, NETWORK, OutScript, Script, TEST_NETWORK } from '@scure/btc-signer';
import { OP } from '@scure/btc-signer/script.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scriptTypes as demoTypes } from '../../bridge/demo-node/scripts.js';
import { fromHex, toHex } from '../../shared/bytes.js';
import { networks, type Network } from '../../shared/networks.js';
import {
  AddressError,
  addressOfScript,
  describeScript,
  opcodeName,
  operations,
  scriptOfAddress,
  scriptToAsm,
  scriptType,
} from '../../shared/script/index.js';

const { main, regtest, testnet4, signet } = networks;
const hex = (...parts: string[]) => fromHex(parts.join('').replaceAll(' ', ''));
const h20 = '751e76e8199196d454941c45d1b3a323f1433bd6';
const h32 = '1863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262';
const key33 = '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';

describe('opcodes', () => {
  test('have the names that @scure/btc-signer knows', () => {
    const special = new Set(['OP_0', '1NEGATE', 'PUSHDATA1', 'PUSHDATA2', 'PUSHDATA4', 'INVALID']);
    for (const [name, code] of Object.entries(OP)) {
      if (typeof code !== 'number' || /^OP_\d+$/.test(name) || special.has(name)) continue;
      expect(opcodeName(code)).toBe(`OP_${name}`);
    }
    expect([0, 0x4f, 0x51, 0x60].map(opcodeName)).toEqual(['0', '-1', '1', '16']);
    expect([0xba, 0xbb, 0xfe, 0xff].map(opcodeName)).toEqual([
      'OP_CHECKSIGADD',
      'OP_UNKNOWN',
      'OP_UNKNOWN',
      'OP_INVALIDOPCODE',
    ]);
  });
});

describe('asm', () => {
  test.each([
    ['', ''],
    [`76a914${h20}88ac`, `OP_DUP OP_HASH160 ${h20} OP_EQUALVERIFY OP_CHECKSIG`],
    [`0014${h20}`, `0 ${h20}`],
    [`5120${h32}`, `1 ${h32}`],
    ['51024e73', '1 29518'],
    // Up to four bytes are numbers, with the sign in the highest bit.
    ['0101 0181 04ffffffff 05ffffffff7f', '1 -1 -2147483647 ffffffff7f'],
    ['4c0101', '1'],
    ['4d050001020304 05', '0102030405'],
    // A push that promises too much, by its length or in the length itself.
    ['ac05aabb', 'OP_CHECKSIG [error]'],
    ['4c', '[error]'],
    ['4d01', '[error]'],
    ['4effffffff00', '[error]'],
    ['ac4effffff', 'OP_CHECKSIG [error]'],
    ['6a04deadbeef', 'OP_RETURN -1874767326'],
    ['bb', 'OP_UNKNOWN'],
  ])('%s', (script, asm) => {
    expect(scriptToAsm(hex(script))).toBe(asm);
  });

  const signature = '3006020101020101';
  test('names the hash type of a signature where it is asked to', () => {
    const script = hex('09', signature, '01', '21', key33);
    expect(scriptToAsm(script)).toBe(`${signature}01 ${key33}`);
    expect(scriptToAsm(script, { hashTypes: true })).toBe(`${signature}[ALL] ${key33}`);
    const withType = (type: string) => scriptToAsm(hex('09', signature, type), { hashTypes: true });
    expect(withType('83')).toBe(`${signature}[SINGLE|ANYONECANPAY]`);
    expect(withType('04')).toBe(`${signature}04`);
    expect(scriptToAsm(hex('6a09', signature, '01'), { hashTypes: true })).toBe(`OP_RETURN ${signature}01`);
  });

  test.each([
    ['a negative number', '3006020181020101'],
    ['a number that is longer than it need be', '300702020001020101'],
    ['no number', '3005020002010101'],
    ['a wrong length', '3007020101020101'],
    ['a wrong tag', '3006030101020101'],
    ['no sequence', '3106020101020101'],
  ])('does not take %s for a signature', (_, der) => {
    const push = toHex(Uint8Array.of(der.length / 2 + 1));
    expect(scriptToAsm(hex(push, der, '01'), { hashTypes: true })).toBe(`${der}01`);
  });

  test('breaks off where it gets long', () => {
    const large = hex('4e00001000', '07'.repeat(0x10_0000));
    expect(scriptToAsm(large, { limit: 100 })).toBe(`${'07'.repeat(50)}…`);
    expect(scriptToAsm(hex('61'.repeat(1000)), { limit: 13 })).toBe('OP_NOP OP_NOP…');
    expect(scriptToAsm(hex('6161'), { limit: 13 })).toBe('OP_NOP OP_NOP');
  });

  test('operations cover the script, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (script) => {
        let at = 0;
        for (const { start, end } of operations(script)) {
          expect(start).toBe(at);
          at = end;
        }
        expect(at).toBe(script.length);
        expect(scriptToAsm(script, { hashTypes: true })).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });

  test('what @scure/btc-signer can read has as many operations', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (script) => {
        let theirs: number;
        try {
          theirs = Script.decode(script).length;
        } catch {
          return;
        }
        expect([...operations(script)]).toHaveLength(theirs);
      }),
    );
  });
});

describe('types', () => {
  const key65 = `04${'11'.repeat(64)}`;
  test.each([
    ['p2pk', `21${key33}ac`],
    ['p2pk', `41${key65}ac`],
    ['nonstandard', `21${'05'.repeat(33)}ac`],
    ['nonstandard', `4c21${key33}ac`],
    ['p2pkh', `76a914${h20}88ac`],
    ['p2sh', `a914${h20}87`],
    ['nonstandard', `a914${h20}88`],
    ['p2wpkh', `0014${h20}`],
    ['p2wsh', `0020${h32}`],
    ['nonstandard', '000301020304'],
    ['nonstandard', '0003010203'],
    ['p2tr', `5120${h32}`],
    ['p2a', '51024e73'],
    ['witness-unknown', '51024e74'],
    ['witness-unknown', `6028${'aa'.repeat(40)}`],
    ['nonstandard', `6029${'aa'.repeat(41)}`],
    ['nonstandard', '5101aa'],
    ['multisig', `5121${key33}51ae`],
    ['multisig', `5221${key33}41${key65}52ae`],
    ['nonstandard', `5221${key33}51ae`],
    ['nonstandard', `5121${key33}52ae`],
    ['nonstandard', `0021${key33}51ae`],
    ['nonstandard', `5121${key33}51ae51ae`],
    // Seventeen keys and more are counted by a push.
    ['multisig', `51${`21${key33}`.repeat(17)}0111ae`],
    ['nonstandard', `51${`21${key33}`.repeat(21)}0115ae`],
    ['nonstandard', `51${`21${key33}`.repeat(16)}0110ae`],
    ['op-return', '6a'],
    ['op-return', '6a0548656c6c6f51'],
    ['nonstandard', '6a0548656c6c'],
    ['nonstandard', '6aac'],
    ['nonstandard', ''],
  ])('%s: %s', (type, script) => {
    expect(scriptType(hex(script)).type).toBe(type);
  });

  test('with what is in them', () => {
    expect(scriptType(hex(`5221${key33}21${key33}52ae`))).toEqual({
      type: 'multisig',
      required: 2,
      publicKeys: [hex(key33), hex(key33)],
    });
    expect(scriptType(hex('6a01aa024e73'))).toEqual({ type: 'op-return', data: [hex('aa'), hex('4e73')] });
    expect(scriptType(hex(`5214${h20}`))).toEqual({ type: 'witness-unknown', version: 2, program: hex(h20) });
  });
});

describe('addresses', () => {
  // BIP173 and BIP350, test vectors: addresses and the scripts they stand for.
  test.each([
    ['main', `0014${h20}`, 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
    ['testnet3', `0020${h32}`, 'tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7'],
    [
      'main',
      `5128${h20}${h20}`,
      'bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y',
    ],
    ['main', '6002751e', 'bc1sw50qgdz25j'],
    ['main', '5210751e76e8199196d454941c45d1b3a323', 'bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs'],
    [
      'main',
      '512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
      'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
    ],
    ['main', '51024e73', 'bc1pfeessrawgf'],
    ['regtest', '51024e73', 'bcrt1pfeesnyr2tx'],
    ['main', `76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac`, '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
  ] as const)('%s %s', (name, script, address) => {
    expect(addressOfScript(hex(script), networks[name])).toBe(address);
    expect(scriptOfAddress(address, networks[name])).toEqual(hex(script));
    if (address.startsWith('bc1'))
      expect(scriptOfAddress(address.toUpperCase(), networks[name])).toEqual(hex(script));
  });

  test.each(['21' + key33 + 'ac', '6a', '51', '', `5121${key33}51ae`])('none for %s', (script) => {
    expect(addressOfScript(hex(script), main)).toBeUndefined();
  });

  test('of every type of the demo’s are those of @scure/btc-signer, on every network', () => {
    const theirs = {
      main: NETWORK,
      testnet3: TEST_NETWORK,
      testnet4: TEST_NETWORK,
      signet: TEST_NETWORK,
      regtest: { ...TEST_NETWORK, bech32: 'bcrt' },
    };
    expect(demoTypes.length).toBeGreaterThan(10);
    for (const { scriptPubKey } of demoTypes) {
      for (const network of Object.values(networks)) {
        const ours = addressOfScript(scriptPubKey, network);
        const parsed = OutScript.decode(scriptPubKey);
        if (ours === undefined) {
          expect(['pk', 'ms']).toContain(parsed?.type);
          continue;
        }
        expect(ours).toBe(Address(theirs[network.name]).encode(parsed!));
        expect(scriptOfAddress(ours, network)).toEqual(scriptPubKey);
      }
    }
  });

  const refused = (text: string, network: Network = main) => {
    try {
      scriptOfAddress(text, network);
    } catch (error) {
      if (error instanceof AddressError && error.hint !== '') return error.code;
      throw error;
    }
    return 'taken';
  };
  test.each([
    ['', 'not-an-address'],
    ['nonsense', 'not-an-address'],
    ['x'.repeat(100_000), 'not-an-address'],
    ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb', 'checksum'],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5', 'checksum'],
    // BIP350: version 1 with Bech32, version 0 with Bech32m, mixed case, a program of one byte, too long a one.
    ['bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7k7grplx', 'checksum'],
    ['bc1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd', 'checksum'],
    ['bc1QW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'checksum'],
    ['bc1pw5dgrnzv', 'not-an-address'],
    ['BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P', 'not-an-address'],
    ['mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', 'other-network'],
    ['bcrt1pfeesnyr2tx', 'other-network'],
  ])('%s is refused', (text, code) => {
    expect(refused(text)).toBe(code);
  });

  test('random text never throws anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'bc1qp0xlxvTB') })), (text) => {
        expect(refused(text, regtest)).not.toBe('taken');
      }),
    );
  });

  test('networks that share a form share addresses', () => {
    expect(scriptOfAddress(addressOfScript(hex(`0014${h20}`), signet)!, testnet4)).toEqual(hex(`0014${h20}`));
  });
});

test('all that there is to say of a script', () => {
  expect(describeScript(hex(`0014${h20}`), regtest)).toEqual({
    type: { type: 'p2wpkh', version: 0, program: hex(h20) },
    asm: `0 ${h20}`,
    address: 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080',
  });
});
