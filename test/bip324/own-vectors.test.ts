import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  deriveSessionKeys,
  ellswiftDecode,
  FSChaCha20,
  FSChaCha20Poly1305,
  v2Ecdh,
  V2Transport,
  type Role,
  type V2Event,
} from '../../shared/bip324/index.js';
import { fromHex, toHex } from '../../shared/bytes.js';
import { temporaryFolder } from '../setup/processes.js';
import {
  networkNamed,
  replayKey,
  testEllswiftDecode,
  testPacketEncoding,
  testXswiftecInv,
} from './vector-tables.js';

const folder = path.resolve(import.meta.dirname, '../vectors');
const file = (name: string) => path.join(folder, name);
const readJson = <T>(name: string) => JSON.parse(fs.readFileSync(file(name), 'utf8')) as T;

test('the vectors are what their generator makes', () => {
  const fresh = temporaryFolder('vectors');
  execFileSync(process.execPath, [file('generate.mjs'), fresh.path]);
  const made = fs.readdirSync(fresh.path);
  expect(made.sort()).toEqual([
    'ciphers.json',
    'ellswift-decode.csv',
    'packet-encoding.csv',
    'sessions.json',
    'xswiftec-inv.csv',
  ]);
  for (const name of made) {
    const same = fs.readFileSync(path.join(fresh.path, name)).equals(fs.readFileSync(file(name)));
    expect(same, `${name}: run node test/vectors/generate.mjs`).toBe(true);
  }
  fresh.remove();
});

describe('our own vectors, from independent implementations', () => {
  testEllswiftDecode(file('ellswift-decode.csv'), 79);
  testXswiftecInv(file('xswiftec-inv.csv'), 52);
  testPacketEncoding(file('packet-encoding.csv'), 29);
});

interface CipherVector {
  cipher: 'stream' | 'aead';
  key: string;
  chunks: string;
  samples: { index: number; result: string }[];
  sha256: string;
}

describe('700 chunks under three rekeyings', () => {
  test.each(readJson<CipherVector[]>('ciphers.json'))('$cipher with key $key', (vector) => {
    const key = fromHex(vector.key);
    const chunks = vector.chunks.split(' ').map(fromHex);
    expect(chunks).toHaveLength(700);
    // The additional data of a packet is the chunk before it.
    const aad = (i: number) => chunks[i - 1] ?? new Uint8Array(0);
    const encrypting = vector.cipher === 'stream' ? new FSChaCha20(key) : new FSChaCha20Poly1305(key);
    const results = chunks.map((chunk, i) =>
      encrypting instanceof FSChaCha20 ? encrypting.crypt(chunk) : encrypting.encrypt(aad(i), chunk),
    );
    for (const { index, result } of vector.samples)
      expect(toHex(results[index]!), `chunk ${index}`).toBe(result);
    const hash = crypto.createHash('sha256');
    for (const result of results) hash.update(result);
    expect(hash.digest('hex')).toBe(vector.sha256);

    const decrypting = vector.cipher === 'stream' ? new FSChaCha20(key) : new FSChaCha20Poly1305(key);
    results.forEach((result, i) => {
      const back =
        decrypting instanceof FSChaCha20 ? decrypting.crypt(result) : decrypting.decrypt(aad(i), result);
      expect(back, `chunk ${i}`).toEqual(chunks[i]);
    });
  });
});

interface Side {
  secretKey: string;
  publicKey: string;
  x: string;
  garbage: string;
  decoys: number[];
  versionContents: string;
  messages: { type: string; payload: string }[];
  /** All that this side sends, from its key to its last message. */
  stream: string;
}
interface SessionVector extends Record<Role, Side> {
  name: string;
  network: string;
  magic: string;
  ecdhSecret: string;
  keys: Record<string, string>;
}

const sessions = readJson<SessionVector[]>('sessions.json').flatMap((session) =>
  (['initiator', 'responder'] as const).map((role) => ({
    name: session.name,
    session,
    role,
    ours: session[role],
    theirs: session[role === 'initiator' ? 'responder' : 'initiator'],
    network: networkNamed(session.network),
  })),
);

describe.each(sessions)('a session with $name, as the $role', ({ session, role, ours, theirs, network }) => {
  test('has these keys', () => {
    expect(toHex(network.magic)).toBe(session.magic);
    expect(toHex(ellswiftDecode(fromHex(theirs.publicKey)))).toBe(theirs.x);
    const secret = v2Ecdh(
      fromHex(ours.secretKey),
      fromHex(theirs.publicKey),
      fromHex(ours.publicKey),
      role === 'initiator',
    );
    expect(toHex(secret)).toBe(session.ecdhSecret);
    const keys = Object.entries(deriveSessionKeys(secret, network.magic));
    expect(Object.fromEntries(keys.map(([name, key]) => [name, toHex(key)]))).toEqual(session.keys);
  });

  test.each([1, 7, 64, 1 << 20])('sends and reads exactly these bytes, in pieces of %i', (size) => {
    const transport = V2Transport[role]({
      network,
      random: replayKey(fromHex(ours.secretKey), fromHex(ours.publicKey)),
      garbage: fromHex(ours.garbage),
      decoys: ours.decoys,
      versionContents: fromHex(ours.versionContents),
    });
    // Half of the messages wait in the queue, the others are sent once the session stands.
    const half = ours.messages.length >> 1;
    const send = ({ type, payload }: { type: string; payload: string }) =>
      transport.send(type, fromHex(payload));
    ours.messages.slice(0, half).forEach(send);
    const received = fromHex(theirs.stream);
    const events: V2Event[] = [];
    for (let at = 0; at < received.length; at += size)
      events.push(...transport.receive(received.slice(at, at + size)));
    ours.messages.slice(half).forEach(send);

    expect(toHex(transport.takeOutput())).toBe(ours.stream);
    expect(toHex(transport.sessionId!)).toBe(session.keys['sessionId']);
    expect(events.map(describeEvent)).toEqual([
      `keys ${session.keys['sessionId']}`,
      ...theirs.decoys.map((length) => `decoy ${length}`),
      `ready ${theirs.versionContents}`,
      ...theirs.messages.map(({ type, payload }) => `message ${type} ${payload}`),
    ]);
    expect(transport.end()).toEqual([{ type: 'closed', clean: true }]);
  });
});

function describeEvent(event: V2Event): string {
  switch (event.type) {
    case 'keys':
      return `keys ${toHex(event.sessionId)}`;
    case 'decoy':
      return `decoy ${event.length}`;
    case 'ready':
      return `ready ${toHex(event.contents)}`;
    case 'message':
      return `message ${event.message} ${toHex(event.payload)}`;
    default:
      return event.type;
  }
}
