/** Scripts as a real node reads them: disassembled, by type, as addresses. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withHistory } from '../../bridge/demo-node/history.js';
import { scriptTypes } from '../../bridge/demo-node/scripts.js';
import { fromHex, toHex } from '../../shared/bytes.js';
import {
  decodeBlock,
  hashToString,
  transactionIds,
  transactionSize,
  txid,
} from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { coreTypes, describeScript, scriptOfAddress, scriptToAsm } from '../../shared/script/index.js';
import { Rng } from '../fuzz/rng.js';
import { describeWithNode } from '../setup/tools.js';
import { startNode, type BitcoinNode } from './harness.js';

interface NodeScript {
  asm: string;
  hex: string;
  type: string;
  address?: string;
}

interface NodeTransaction {
  txid: string;
  hash: string;
  size: number;
  vsize: number;
  weight: number;
  vin: { coinbase?: string; scriptSig?: { asm: string; hex: string } }[];
  vout: { scriptPubKey: NodeScript }[];
}

describeWithNode('scripts as a real node reads them', () => {
  let node: BitcoinNode;
  beforeAll(async () => {
    node = await startNode(['-txindex=1']);
  });
  afterAll(async () => {
    await node?.stop();
  });

  function expectSame(theirs: NodeScript, script: Uint8Array): void {
    const { type, asm, address } = describeScript(script, networks.regtest);
    expect({ hex: toHex(script), asm, type: coreTypes[type.type], address }).toEqual({
      hex: toHex(script),
      asm: theirs.asm,
      type: theirs.type,
      address: theirs.address,
    });
    if (address !== undefined) expect(scriptOfAddress(address, networks.regtest)).toEqual(script);
  }

  test('every type of the demo chain, alone (decodescript)', async () => {
    for (const { scriptPubKey } of scriptTypes)
      expectSame(await node.rpc('decodescript', toHex(scriptPubKey)), scriptPubKey);
  });

  test('every transaction of the demo chain (getrawtransaction … 2): scripts, ids and sizes', async () => {
    const { chain } = withHistory();
    const seen = new Set<string>();
    let signatures = 0;
    for (let height = 1; height <= chain.height; height++) {
      const { bytes } = chain.at(height)!;
      expect(await node.rpc('submitblock', toHex(bytes))).toBeNull();
      for (const ours of decodeBlock(bytes).transactions) {
        const theirs = await node.until(async () =>
          node.rpc<NodeTransaction>('getrawtransaction', hashToString(txid(ours)), 2).catch(() => undefined),
        );
        const ids = transactionIds(ours);
        expect([hashToString(ids.txid), hashToString(ids.wtxid)]).toEqual([theirs.txid, theirs.hash]);
        const { size: bytes, vsize, weight } = theirs;
        expect(transactionSize(ours)).toMatchObject({ bytes, vsize, weight });
        for (const [i, { scriptPubKey }] of ours.outputs.entries()) {
          expectSame(theirs.vout[i]!.scriptPubKey, scriptPubKey);
          seen.add(theirs.vout[i]!.scriptPubKey.type);
        }
        for (const [i, { scriptSig }] of ours.inputs.entries()) {
          const said = theirs.vin[i]!.scriptSig;
          if (said === undefined) continue;
          expect(scriptToAsm(scriptSig, { hashTypes: true })).toBe(said.asm);
          if (said.asm.includes('[ALL]')) signatures++;
        }
      }
    }
    expect(seen).toEqual(
      new Set([
        ...['anchor', 'multisig', 'nulldata', 'pubkey', 'pubkeyhash', 'scripthash'],
        ...['witness_v0_keyhash', 'witness_v0_scripthash', 'witness_v1_taproot'],
      ]),
    );
    expect(signatures).toBeGreaterThan(3);
  });

  test('scripts that nobody would write: every opcode, broken pushes, near misses, random bytes', async () => {
    const rng = new Rng(7, 0);
    const scripts = [
      ...Array.from({ length: 256 }, (_, code) => Uint8Array.of(code)),
      ...['4c', '4d01', '4effffffff00', '6a04deadbeef', '0400000080', '0101', '0180', '4c050102030405'].map(
        fromHex,
      ),
      ...Array.from({ length: 300 }, () => {
        const near = rng.pick(scriptTypes).scriptPubKey.slice();
        near[rng.below(near.length)]! ^= 1 << rng.below(8);
        return rng.oneIn(3) ? near.subarray(0, rng.below(near.length)) : near;
      }),
      ...Array.from({ length: 300 }, () => rng.bytes(1 + rng.below(60))),
      // Witness programs of all versions and lengths.
      ...Array.from({ length: 200 }, () => {
        const length = 1 + rng.below(42);
        const version = rng.below(17);
        return Uint8Array.of(version === 0 ? 0 : 0x50 + version, length, ...rng.bytes(length));
      }),
    ];
    for (const script of scripts) expectSame(await node.rpc('decodescript', toHex(script)), script);
  });
});
