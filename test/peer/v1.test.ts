import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../shared/bytes.js';
import { encodeMessage } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { Peer, PeerFailure, V1Transport } from '../../shared/peer/index.js';
import { duplexPair, type TestDuplex } from './duplex-pair.js';
import { peerErrorOf } from './ended.js';
import { FakeClock } from './fake-clock.js';
import { nodeVersion } from './raw-peer.js';
import { misbehaviours, peerUnderTest, settle, states, type TestOptions } from './setup.js';

const network = networks.regtest;
const acceptV1 = () => V1Transport.responder({ network });

/** The other side in a test's hand, framing v1. */
class RawV1 {
  readonly transport = V1Transport.initiator({ network });
  readonly heard: (string | undefined)[] = [];
  bytes = 0;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor(far: TestDuplex) {
    this.#writer = far.writable.getWriter();
    void this.#read(far.readable.getReader());
  }

  /** @returns what was framed */
  frame(...messages: [type: string, payload: Uint8Array][]): Uint8Array {
    for (const [type, payload] of messages) this.transport.send(type, payload);
    return this.transport.takeOutput();
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#writer.write(bytes);
    await settle();
  }

  async #read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    for (;;) {
      const { value } = await reader.read().catch(() => ({ value: undefined }));
      if (value === undefined) return;
      this.bytes += value.length;
      for (const event of this.transport.receive(value))
        if (event.type === 'message') this.heard.push(event.message);
    }
  }
}

const version = () => ['version', encodeMessage('version', nodeVersion())] as [string, Uint8Array];
const verack = ['verack', new Uint8Array(0)] as [string, Uint8Array];
const ping = ['ping', new Uint8Array(8).fill(1)] as [string, Uint8Array];

function responderWithRaw(options: TestOptions = {}) {
  const under = peerUnderTest('responder', { acceptV1, ...options });
  return { ...under, raw: new RawV1(under.far) };
}

async function readyOverV1() {
  const all = responderWithRaw();
  await all.raw.write(all.raw.frame(version(), verack));
  await all.peer.ready;
  return all;
}

describe('a v1 peer towards our responder, where the option allows it', () => {
  test.each([1, 15, 16, 17, 1000, 100_000])(
    'is served from its first byte on, in pieces of %i',
    async (size) => {
      const clock = new FakeClock();
      const cut = (bytes: Uint8Array) =>
        Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
      const [a, b] = duplexPair({ cut });
      const initiator = new Peer({
        role: 'initiator',
        transport: V1Transport.initiator({ network }),
        duplex: a,
        clock,
      });
      const { peer, events } = peerUnderTest('responder', { acceptV1, duplex: b });
      await Promise.all([initiator.ready, peer.ready]);
      expect([initiator.protocol, peer.protocol, peer.sessionId]).toEqual(['v1', 'v1', undefined]);
      expect(events.filter(({ type }) => type === 'v1')).toHaveLength(1);
      expect(states(events)).toEqual(['negotiating', 'ready']);
      expect(await peer.ping()).toBe(0);
      expect(await initiator.ping()).toBe(0);
      await settle();
      expect([peer.bytesReceived, peer.bytesSent]).toEqual([initiator.bytesSent, initiator.bytesReceived]);
      initiator.close();
      expect(await peer.ended).toEqual({ state: 'closed', by: 'peer' });
    },
  );

  test('loses nothing of one large read', async () => {
    const { peer, raw, events } = responderWithRaw();
    await raw.write(raw.frame(version(), verack, ...Array.from({ length: 2000 }, () => ping)));
    await peer.ready;
    await settle();
    expect(raw.heard.filter((type) => type === 'pong')).toHaveLength(2000);
    expect(misbehaviours(events)).toEqual([]);
  });

  test('hears nothing before it has said a whole version, byte by byte', async () => {
    const { peer, raw } = responderWithRaw();
    const bytes = raw.frame(version());
    for (const byte of bytes.subarray(0, -1)) await raw.write(Uint8Array.of(byte));
    expect([raw.bytes, peer.state, peer.protocol]).toEqual([0, 'negotiating', 'v1']);
    await raw.write(bytes.subarray(-1));
    expect(raw.heard).toEqual(['version', 'wtxidrelay', 'sendaddrv2', 'verack']);
  });

  test('gets what was sent before anyone knew that it speaks v1', async () => {
    const { peer, raw } = responderWithRaw();
    peer.sendRaw('alert', Uint8Array.of(1, 2, 3));
    peer.sendRaw('ping', new Uint8Array(8), { form: 'short' });
    peer.sendDecoy(100);
    await raw.write(raw.frame(version()));
    expect(raw.heard.slice(0, 3)).toEqual(['alert', 'ping', 'version']);
  });

  test('is told apart by what a message takes on the wire', async () => {
    const { raw, events } = await readyOverV1();
    await raw.write(raw.frame(ping));
    const sizes = events.flatMap((event) =>
      event.type === 'message' && ['ping', 'pong', 'verack'].includes(event.message.type ?? '')
        ? [[event.direction, event.message.type, event.message.wireBytes]]
        : [],
    );
    expect(sizes).toEqual([
      ['sent', 'verack', 24],
      ['received', 'verack', 24],
      ['received', 'ping', 32],
      ['sent', 'pong', 32],
    ]);
  });

  test('gets no decoys', async () => {
    const { peer } = await readyOverV1();
    expect(() => peer.sendDecoy(1)).toThrow(PeerFailure);
  });

  test('of another network is refused by name, before and after the option', async () => {
    for (const options of [{}, { acceptV1 }]) {
      const { peer, far } = peerUnderTest('responder', options);
      const other = V1Transport.initiator({ network: networks.signet });
      other.send(...version());
      await far.writable.getWriter().write(other.takeOutput());
      const error = await peerErrorOf(peer);
      expect(error).toMatchObject({ code: 'transport', error: { code: 'v1-wrong-network' } });
      expect(error.message).toContain('Signet');
      expect(error.hint).toContain('Signet');
    }
  });
});

describe('over v1', () => {
  test('a wrong checksum costs that message, and the session goes on', async () => {
    const { peer, raw, events } = await readyOverV1();
    const damaged = raw.frame(ping);
    damaged[30]! ^= 1;
    await raw.write(concatBytes(damaged, raw.frame(ping)));
    expect(misbehaviours(events)).toEqual(['wrong-checksum']);
    expect(raw.heard.filter((type) => type === 'pong')).toHaveLength(1);
    expect(peer.state).toBe('ready');
  });

  test('a malformed type is ignored', async () => {
    const { peer, raw, events } = await readyOverV1();
    const malformed = raw.frame(ping);
    malformed[15] = 0x41;
    await raw.write(malformed);
    expect(misbehaviours(events)).toEqual(['unknown-message-type']);
    expect(peer.state).toBe('ready');
  });

  test.each([
    ['v1-wrong-magic', 0],
    ['message-too-large', 19],
  ])('%s ends the session', async (code, at) => {
    const { peer, raw } = await readyOverV1();
    const broken = raw.frame(ping);
    broken[at] = 0xff;
    await raw.write(broken);
    expect(await peerErrorOf(peer)).toMatchObject({ code: 'transport', error: { code } });
  });

  const initiator = () => peerUnderTest('initiator', { transport: V1Transport.initiator({ network }) });

  test('the initiator’s version is the first thing on the wire', async () => {
    const { far } = initiator();
    const { value } = await far.readable.getReader().read();
    expect(value!.subarray(0, 11)).toEqual(concatBytes(network.magic, new TextEncoder().encode('version')));
  });

  test('no error speaks of encryption', async () => {
    const silent = initiator();
    await settle();
    silent.clock.advance(60_000);
    expect((await peerErrorOf(silent.peer)).code).toBe('timed-out-without-bytes');

    const hungUp = initiator();
    await settle();
    hungUp.far.close();
    const error = await peerErrorOf(hungUp.peer);
    expect(error.code).toBe('closed-before-any-byte');
    expect(error.hint).not.toContain('Retrying');

    const closing = initiator();
    const raw = new RawV1(closing.far);
    await raw.write(raw.frame(version()));
    closing.far.close();
    const closed = await peerErrorOf(closing.peer);
    expect(closed).toMatchObject({ code: 'closed-while-negotiating' });
    expect(closed.message).not.toContain('encrypted');

    const slow = initiator();
    const slowRaw = new RawV1(slow.far);
    await slowRaw.write(slowRaw.frame(version()));
    slow.clock.advance(60_000);
    const late = await peerErrorOf(slow.peer);
    expect(late).toMatchObject({ code: 'timed-out-negotiating', awaiting: 'verack' });
    expect(late.message).not.toContain('encrypted');
  });

  test('a large payload that comes in parts holds up nothing but what follows it', async () => {
    const { peer, raw } = await readyOverV1();
    const announced = raw.frame(['tx', new Uint8Array(3_999_999)]);
    await raw.write(announced.subarray(0, 100_000));
    expect(peer.state).toBe('ready');
    await raw.write(announced.subarray(100_000));
    await raw.write(raw.frame(ping));
    expect(raw.heard.at(-1)).toBe('pong');
  });
});
