/** The lab's undisturbed session, and the one with Mallory in the middle. */
import { describe, expect, test } from 'vitest';
import { ascii, concatBytes, toHex } from '../../shared/bytes.js';
import { labSession, mallorySession, otherParty, parties, seededRandom } from '../../shared/lab/index.js';

const seed = ascii('a test');

describe('a session', () => {
  test('is the same for the same seed, and another for another', () => {
    const bytes = (from: string) => toHex(labSession(ascii(from)).streams.alice.bytes);
    expect(bytes('one')).toBe(bytes('one'));
    expect(bytes('one')).not.toBe(bytes('two'));
    expect(bytes('one').length).toBe(bytes('two').length);
  });

  test('has six deliveries: keys, versions, veracks, a ping, a decoy and its pong', () => {
    const said = labSession(seed).deliveries.map(({ sender, events }) => [
      sender,
      ...events.map((event) => (event.type === 'message' ? event.message : event.type)),
    ]);
    expect(said).toEqual([
      ['alice', 'keys'],
      ['bob', 'keys', 'ready'],
      ['alice', 'ready', 'version'],
      ['bob', 'version', 'verack'],
      ['alice', 'verack', 'ping'],
      ['bob', 'decoy', 'pong'],
    ]);
  });

  test.each(parties)(
    'the fields of what %s sends partition its bytes, which are those delivered',
    (party) => {
      const { deliveries, streams } = labSession(seed);
      const { fields, bytes } = streams[party];
      expect(fields.map(({ start }) => start)).toEqual([0, ...fields.slice(0, -1).map(({ end }) => end)]);
      expect(fields.at(-1)!.end).toBe(bytes.length);
      const delivered = deliveries.filter(({ sender }) => sender === party).map(({ arrived }) => arrived);
      expect(concatBytes(...delivered)).toEqual(bytes);
    },
  );
});

test('seeded bytes do not depend on how they are asked for', () => {
  const whole = seededRandom(seed, 'a')(100);
  const cut = seededRandom(seed, 'a');
  expect(concatBytes(cut(1), cut(31), cut(33), cut(0), cut(35))).toEqual(whole);
  expect(seededRandom(seed, 'b')(100)).not.toEqual(whole);
});

describe('Mallory in the middle', () => {
  const session = mallorySession(seed);

  test('both sides have their whole conversation, and notice nothing', () => {
    expect(session.content).toEqual({ alice: true, bob: true });
  });

  test('she reads everything, and hands it on under other keys', () => {
    const { streams } = labSession(seed);
    const contents = ({
      role,
      message,
      payload,
    }: {
      role: string;
      message?: string | undefined;
      payload: Uint8Array;
    }) => `${role} ${message ?? ''} ${toHex(payload)}`;
    for (const party of parties) {
      const read = session.relayed.filter(({ from }) => from === party);
      // Alice and Bob say the same without her: their randomness is the same.
      const said = streams[party].steps.flatMap(({ packet, fields }) => {
        if (packet === undefined || packet.role === 'version') return [];
        const decoy = fields.find(({ kind }) => kind === 'contents')!.value as Uint8Array;
        return [
          { role: packet.role, message: packet.message?.type, payload: packet.message?.payload ?? decoy },
        ];
      });
      expect(read.map(contents)).toEqual(said.map(contents));
      for (const { arrived, resealed } of read) {
        expect(resealed.length).toBe(arrived.length);
        expect(toHex(resealed)).not.toBe(toHex(arrived));
      }
    }
  });

  test('the ends of each link agree on its session id, and the two ids differ', () => {
    for (const party of parties) {
      const { sessionId, mallorySessionId, key } = session.links[party];
      expect(sessionId.length).toBe(32);
      expect(toHex(mallorySessionId)).toBe(toHex(sessionId));
      // She hands on no key: each side has hers.
      expect(toHex(session.links[otherParty(party)].malloryKey)).not.toBe(toHex(key));
    }
    expect(toHex(session.links.alice.sessionId)).not.toBe(toHex(session.links.bob.sessionId));
  });
});
