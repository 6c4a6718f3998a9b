/** A packet that is looked at before it is sent is the one that is sent then. */
import { expect, test } from 'vitest';
import { PacketCipher } from '../../shared/bip324/index.js';
import { encryptPacketAt, keysAfter, type EpochKeys } from '../../shared/bip324/packet-at.js';
import { epochOf } from '../../shared/bip324/rekey.js';

const key = (fill: number) => new Uint8Array(32).fill(fill);
const keys = { initiatorL: key(1), initiatorP: key(2), responderL: key(3), responderP: key(4) };

test('by number alone, over three epochs, as the cipher that counts makes it', () => {
  const cipher = new PacketCipher(keys, 'initiator');
  let epoch: EpochKeys = { L: keys.initiatorL, P: keys.initiatorP };
  for (let index = 0; index < 3 * 224; index++) {
    const contents = new Uint8Array(index % 70).fill(index);
    const ignore = index % 3 === 0;
    expect(encryptPacketAt(epoch, index, contents, { ignore })).toEqual(cipher.encrypt(contents, { ignore }));
    if (index % 224 === 223) epoch = keysAfter(epoch, epochOf(index));
  }
});

test('the same twice: nothing is used up by looking', () => {
  const epoch = { L: key(9), P: key(8) };
  const look = () => encryptPacketAt(epoch, 300, Uint8Array.of(18, 1, 2));
  expect(look()).toEqual(look());
  expect(epoch).toEqual({ L: key(9), P: key(8) });
  expect(() => encryptPacketAt(epoch, 0, new Uint8Array(2 ** 24))).toThrow(RangeError);
});
