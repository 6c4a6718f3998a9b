/** What a packet costs where many small ones come in one read, as inventories and pings do: 61 bytes on the wire. */
import { PACKET_EXPANSION } from '../../shared/engine/engine.js';
import { nobleEngine } from '../../shared/engine/index.js';
import { fill, type Environment } from './environment.js';
import type { Candidate, Contest } from './measure.js';

const WIRE = 61;
const contents = fill(WIRE - PACKET_EXPANSION);
const keyL = fill(32, 5);
const keyP = fill(32, 6);
const KIB = 1024;
const READS: readonly (readonly [string, number])[] = [
  ['1.4 KB', 1400],
  ['16 KiB', 16 * KIB],
  ['64 KiB', 64 * KIB],
  ['1 MiB', 1024 * KIB],
];
/** Shorter reads are as many as make this. */
const LEAST = 64 * KIB;

export function packets({ engines }: Environment): Contest[] {
  const stream = sealed(Math.floor(READS.at(-1)![1] / WIRE));
  const opening = READS.map(([name, size]) => ({
    name: `open, reads of ${name}`,
    unit: 'operations' as const,
    candidates: engines.map(({ name, engine }): Candidate => {
      const part = stream.subarray(0, Math.max(size, LEAST));
      const reads: Uint8Array[] = [];
      for (let at = 0; at < part.length; at += size) reads.push(part.subarray(at, at + size));
      const count = Math.floor(part.length / WIRE);
      return {
        name,
        amount: count,
        run() {
          const opener = engine.opener(keyL, keyP);
          let opened = 0;
          for (const read of reads) opened += opener.push(read, true).packets.length;
          opener.destroy();
          if (opened !== count) throw new Error(`${opened} packets of ${count} were opened`);
        },
        sample: () => engine.opener(keyL, keyP).push(part).packets.at(-1)!.contents,
      };
    }),
  }));
  const sealing = {
    name: 'seal',
    unit: 'operations' as const,
    candidates: engines.map(({ name, engine }): Candidate => {
      const sealer = engine.sealer(keyL, keyP);
      const out = new Uint8Array(WIRE);
      return { name, amount: 1, run: () => void sealer.write([contents], {}, out) };
    }),
  };
  const [first, last] = [opening[0]!, opening.at(-1)!];
  const comparisons = engines.map(({ name }) => ({
    name: `${name}: a packet in a read of 1 MiB against one in a read of 1.4 KB`,
    candidate: name,
    row: last.name,
    to: first.name,
  }));
  return [{ rows: opening, comparisons }, { rows: [sealing] }];
}

function sealed(count: number): Uint8Array {
  const sealer = nobleEngine.sealer(keyL, keyP);
  const stream = new Uint8Array(count * WIRE);
  for (let at = 0; at < stream.length; at += WIRE) sealer.write([contents], {}, stream.subarray(at));
  return stream;
}
