/** ElligatorSwift and x-only Diffie–Hellman: what a handshake computes on the curve. */
import { elligatorSwift } from '@scure/btc-signer/p2p.js';
import { systemRandom } from '../../shared/random.js';
import { fill, type Environment } from './environment.js';
import type { Candidate, Contest } from './measure.js';

const SCURE = '@scure/btc-signer';

export function keys({ engines }: Environment): Contest[] {
  // Many, as some encodings take longer than others.
  const encodings = Array.from({ length: 32 }, (_, i) => fill(64, 100 + i));
  const secretKey = fill(32, 7);
  const overAll = (name: string, one: (encoding: Uint8Array) => Uint8Array): Candidate => {
    let next = 0;
    return {
      name,
      amount: 1,
      run: () => void one(encodings[next++ % encodings.length]!),
      sample: () => Uint8Array.from(encodings.flatMap((encoding) => [...one(encoding)])),
    };
  };
  return [
    row('create', [
      { name: SCURE, amount: 1, run: () => void elligatorSwift.keygen() },
      ...engines.map(({ name, engine }): Candidate => ({
        name,
        amount: 1,
        run: () => void engine.ellswiftCreate(systemRandom),
      })),
    ]),
    row('decode', [
      overAll(SCURE, (encoding) => elligatorSwift.decode(encoding)),
      ...engines.map(({ name, engine }) => overAll(name, (encoding) => engine.ellswiftDecode(encoding))),
    ]),
    row('x-only ECDH, decoding included', [
      overAll(SCURE, (encoding) => elligatorSwift.getSharedSecret(secretKey, encoding)),
      ...engines.map(({ name, engine }) =>
        overAll(name, (encoding) => engine.xOnlyEcdh(secretKey, engine.ellswiftDecode(encoding))),
      ),
    ]),
  ];
}

const row = (name: string, candidates: Candidate[]): Contest => ({
  rows: [{ name, unit: 'operations', candidates }],
});
