import path from 'node:path';
import { expect, test } from 'vitest';
import { deriveSessionKeys, networks } from '../../shared/bip324/index.js';
import { fromHex, toHex } from '../../shared/bytes.js';
import { readTable } from '../bip324/vector-tables.js';
import { describeWithPublishedVectors } from '../setup/tools.js';
import { engines } from './engines.js';

const NONE = new Uint8Array(0);

describeWithPublishedVectors("BIP324's published packets", (folder) => {
  const table = readTable(path.join(folder, 'bip324_packet_encoding_test_vectors.csv'));
  const rows = table.map((cells, row) => ({ cells, line: row + 2 }));

  test('the table has 7', () => expect(table).toHaveLength(7));

  test.each(engines.flatMap((engine) => rows.map((row) => ({ engine, ...row }))))(
    'line $line, $engine.name',
    ({ engine, cells }) => {
      const keys = deriveSessionKeys(fromHex(cells['mid_shared_secret']!), networks.main.magic);
      const [L, P] =
        cells['in_initiating'] === '1'
          ? [keys.initiatorL, keys.initiatorP]
          : [keys.responderL, keys.responderP];
      const index = Number(cells['in_idx']);
      const part = fromHex(cells['in_contents']!);
      const parts = Array.from({ length: Number(cells['in_multiply']) }, () => part);
      const aad = fromHex(cells['in_aad']!);
      const ignore = cells['in_ignore'] === '1';
      const sealer = engine.sealer(L, P);
      // Only the packet in question authenticates the additional data.
      const opener = engine.opener(L, P, index === 0 ? { aad } : {});
      const small = new Uint8Array(20);
      for (let i = 0; i < index; i++) {
        sealer.write([NONE], {}, small);
        expect(opener.push(small).packets).toHaveLength(1);
      }
      const wire = new Uint8Array(parts.length * part.length + 20);
      expect(sealer.write(parts, { aad, ignore }, wire)).toBe(wire.length);
      const end = cells['out_ciphertext_endswith']!;
      if (cells['out_ciphertext'] !== '') expect(toHex(wire)).toBe(cells['out_ciphertext']);
      else expect(toHex(wire.subarray(wire.length - end.length / 2))).toBe(end);

      if (index > 0 && aad.length > 0) return;
      const { packets, failure } = opener.push(wire);
      expect(failure).toBeUndefined();
      expect(packets).toHaveLength(1);
      const { contents, ...facts } = packets[0]!;
      expect(facts).toEqual({ index, header: ignore ? 0x80 : 0, ignore });
      expect(Buffer.compare(contents, Buffer.concat(parts))).toBe(0);
    },
  );
});
