/** One direction of packets through both engines: they write the same bytes, and say the same of any others. */
import { concatBytes, equalBytes } from '../../shared/bytes.js';
import { type OpenerOptions } from '../../shared/engine/index.js';
import { engines } from './engine.js';
import { must } from './invariants.js';
import { cut, mutateBytes } from './mutate.js';
import { type Rng } from './rng.js';

/** Lengths at which something changes in one engine or the other. */
const edges = [0, 14, 15, 62, 63, 64, 127, 255, 575, 576, 1087, 4095, 4096, 4097];
const NOTHING = new Uint8Array(0);

/** @returns how it ended */
export function fuzzEngines(rng: Rng): string {
  const [keyL, keyP, aad] = [rng.bytes(32), rng.bytes(32), rng.bytes(rng.oneIn(3) ? rng.skewed(4096) : 0)];
  const wires = sealByBoth(keyL, keyP, aad, rng);
  const stream = concatBytes(...wires);
  const damaged = rng.oneIn(3) && stream.length > 0 ? mutateBytes(stream, rng) : stream;
  const maxContents = rng.pick([undefined, undefined, 0, 300, 5000, 200_000]);
  return openByBoth(keyL, keyP, { aad, ...(maxContents !== undefined && { maxContents }) }, damaged, rng);
}

function sealByBoth(keyL: Uint8Array, keyP: Uint8Array, aad: Uint8Array, rng: Rng): Uint8Array[] {
  const sealers = engines.map((engine) => engine.sealer(keyL, keyP));
  const wires: Uint8Array[] = [];
  // Now and then a rekeying.
  const before = rng.pick([0, 0, 0, 222, 446]);
  for (let count = before + rng.skewed(12); wires.length < count;) {
    const length =
      wires.length < before
        ? 0
        : rng.oneIn(3)
          ? rng.pick(edges)
          : rng.oneIn(30)
            ? rng.skewed(300_000)
            : rng.skewed(2000);
    const contents = rng.bytes(length);
    const middle = rng.below(length + 1);
    const parts = rng.oneIn(2) ? [contents] : [contents.subarray(0, middle), contents.subarray(middle)];
    const options = { header: rng.below(256), ignore: rng.oneIn(4), aad: wires.length === 0 ? aad : NOTHING };
    const [expected, got] = sealers.map((sealer) => {
      const out = new Uint8Array(length + 20);
      must(sealer.write(parts, options, out) === out.length, 'another length was written');
      return out;
    });
    must(equalBytes(expected!, got!), `packet ${wires.length} of ${length} bytes is sealed otherwise`);
    wires.push(expected!);
  }
  for (const sealer of sealers) sealer.destroy();
  return wires;
}

function openByBoth(
  keyL: Uint8Array,
  keyP: Uint8Array,
  options: OpenerOptions,
  stream: Uint8Array,
  rng: Rng,
): string {
  const [reference, subject] = engines.map((engine) => engine.opener(keyL, keyP, options));
  let ended = 'waits for a packet';
  for (const read of cut(stream, rng)) {
    const borrow = rng.oneIn(2);
    const expected = reference!.push(read, borrow);
    const got = subject!.push(read, borrow);
    must(expected.packets.length === got.packets.length, 'another number of packets');
    expected.packets.forEach(({ contents, ...facts }, i) => {
      const { contents: other, ...said } = got.packets[i]!;
      must(JSON.stringify(said) === JSON.stringify(facts), 'a packet is said to be another');
      must(equalBytes(contents, other), `packet ${facts.index} has other contents`);
    });
    const facts = [expected, got].map(({ failure }) => JSON.stringify(failure));
    must(facts[0] === facts[1], `failures differ: ${facts.join(' and ')}`);
    const { partial } = reference!;
    must(JSON.stringify(partial) === JSON.stringify(subject!.partial), 'partial packets differ');
    if (expected.failure !== undefined) ended = expected.failure.code;
    else if (partial.received > 0)
      ended = `waits for ${partial.length === undefined ? 'a length' : 'the rest'}`;
    else if (!ended.startsWith('packet-')) ended = 'waits for a packet';
  }
  reference!.destroy();
  subject!.destroy();
  return ended;
}
