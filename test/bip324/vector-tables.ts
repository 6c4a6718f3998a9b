import fs from 'node:fs';
import { expect, test } from 'vitest';
import {
  deriveSessionKeys,
  ellswiftDecode,
  networks,
  PacketCipher,
  v2Ecdh,
  V2Transport,
  xswiftec,
  xswiftecInv,
  type Network,
  type Role,
} from '../../shared/bip324/index.js';
import { equalBytes, fromHex, toHex } from '../../shared/bytes.js';

/** The tests that both the published and our own tables go through: they have the same columns. */

type Row = Record<string, string>;

/** A table whose cells hold no commas; the first line names the columns. */
export function readTable(file: string): Row[] {
  const [columns = '', ...lines] = fs.readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const names = columns.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  });
}

const number = (hex: string) => BigInt(`0x${hex}`);
const hexOf = (values: Record<string, Uint8Array>) =>
  Object.fromEntries(Object.entries(values).map(([name, bytes]) => [name, toHex(bytes)]));

export function testEllswiftDecode(file: string, rows: number): void {
  test(`${rows} encodings decode to their x coordinate`, () => {
    const table = readTable(file);
    expect(table).toHaveLength(rows);
    for (const { ellswift = '', x, comment } of table) {
      expect(toHex(ellswiftDecode(fromHex(ellswift))), comment).toBe(x);
      expect(xswiftec(number(ellswift.slice(0, 64)), number(ellswift.slice(64))), comment).toBe(number(x!));
    }
  });
}

export function testXswiftecInv(file: string, rows: number): void {
  test(`${rows} pairs of u and x have the t of each case, or none`, () => {
    const table = readTable(file);
    expect(table).toHaveLength(rows);
    for (const { u = '', x = '', comment, ...row } of table) {
      for (let ellCase = 0; ellCase < 8; ellCase++) {
        const wanted = row[`case${ellCase}_t`]!;
        const t = xswiftecInv(number(x), number(u), ellCase);
        expect(t, `case ${ellCase}: ${comment}`).toBe(wanted === '' ? undefined : number(wanted));
        if (t !== undefined) expect(xswiftec(number(u), t)).toBe(number(x));
      }
    }
  });
}

export function testPacketEncoding(file: string, rows: number): void {
  const table = readTable(file);
  test(`the table has ${rows} packets`, () => expect(table).toHaveLength(rows));
  for (const [line, cells] of table.entries()) {
    test(`line ${line + 2}: packet ${cells['in_idx']} of ${cells['in_initiating'] === '1' ? 'an initiator' : 'a responder'}`, () => {
      const row = packetRow(cells);
      expect(hexOf({ ours: ellswiftDecode(row.ours), theirs: ellswiftDecode(row.theirs) })).toEqual(row.x);
      const secret = v2Ecdh(row.secretKey, row.theirs, row.ours, row.role === 'initiator');
      expect(toHex(secret)).toBe(row.sharedSecret);
      const keys = deriveSessionKeys(secret, networks.main.magic);
      expect(hexOf({ ...keys })).toEqual(row.keys);

      const sender = new PacketCipher(keys, row.role);
      const receiver = new PacketCipher(keys, row.role === 'initiator' ? 'responder' : 'initiator');
      for (let i = 0; i < row.index; i++)
        expect(open(receiver, sender.encrypt(new Uint8Array(0)))).not.toBeNull();
      const packet = sender.encrypt(row.contents, { aad: row.aad, ignore: row.ignore });
      expect(packet).toHaveLength(row.contents.length + 20);
      expectCiphertext(packet, row);
      const opened = open(receiver, packet, row.aad);
      expect(opened?.ignore).toBe(row.ignore);
      // Compared as bytes: some rows have millions of them, too many for a matcher's comparison.
      expect(equalBytes(opened!.contents, row.contents)).toBe(true);

      // A transport's first packet, when it is no decoy of chosen contents, is the version packet.
      if (row.index === 0 && !row.ignore) expectCiphertext(versionPacketOf(row), row);
    });
  }
}

function repeat(bytes: Uint8Array, times: number): Uint8Array {
  const result = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i++) result.set(bytes, i * bytes.length);
  return result;
}

type PacketRow = ReturnType<typeof packetRow>;

function packetRow(row: Row) {
  const role: Role = row['in_initiating'] === '1' ? 'initiator' : 'responder';
  const [send, receive] = [row['mid_send_garbage_terminator'], row['mid_recv_garbage_terminator']];
  return {
    index: Number(row['in_idx']),
    role,
    secretKey: fromHex(row['in_priv_ours']!),
    ours: fromHex(row['in_ellswift_ours']!),
    theirs: fromHex(row['in_ellswift_theirs']!),
    contents: repeat(fromHex(row['in_contents']!), Number(row['in_multiply'])),
    aad: fromHex(row['in_aad']!),
    ignore: row['in_ignore'] === '1',
    x: { ours: row['mid_x_ours'], theirs: row['mid_x_theirs'] },
    sharedSecret: row['mid_shared_secret'],
    keys: {
      sessionId: row['out_session_id'],
      initiatorL: row['mid_initiator_l'],
      initiatorP: row['mid_initiator_p'],
      responderL: row['mid_responder_l'],
      responderP: row['mid_responder_p'],
      initiatorGarbageTerminator: role === 'initiator' ? send : receive,
      responderGarbageTerminator: role === 'initiator' ? receive : send,
    },
    ciphertext: row['out_ciphertext']!,
    ciphertextEnd: row['out_ciphertext_endswith']!,
  };
}

function expectCiphertext(packet: Uint8Array, row: PacketRow): void {
  if (row.ciphertext !== '') expect(toHex(packet)).toBe(row.ciphertext);
  if (row.ciphertextEnd !== '') {
    expect(toHex(packet.subarray(packet.length - row.ciphertextEnd.length / 2))).toBe(row.ciphertextEnd);
  }
  expect(row.ciphertext + row.ciphertextEnd, 'what the row expects').not.toBe('');
}

function open(receiver: PacketCipher, packet: Uint8Array, aad: Uint8Array = new Uint8Array(0)) {
  const length = receiver.decryptLength(packet.slice(0, 3));
  expect(length).toBe(packet.length - 20);
  return receiver.decrypt(packet.slice(3), { aad });
}

/** What a transport with the row's key, garbage and version contents sends after its terminator. */
function versionPacketOf(row: PacketRow): Uint8Array {
  const transport = V2Transport[row.role]({
    network: networks.main,
    random: replayKey(row.secretKey, row.ours),
    garbage: row.aad,
    versionContents: row.contents,
  });
  transport.receive(row.theirs);
  const sent = transport.takeOutput();
  expect(toHex(transport.sessionId!)).toBe(row.keys.sessionId);
  const start = 64 + row.aad.length + 16;
  expect(toHex(sent.subarray(0, start))).toBe(
    toHex(row.ours) + toHex(row.aad) + row.keys[`${row.role}GarbageTerminator`],
  );
  return sent.subarray(start);
}

/** The randomness from which a transport makes exactly this key pair: the secret key, u, and the case of t. */
export function replayKey(secretKey: Uint8Array, publicKey: Uint8Array): (length: number) => Uint8Array {
  const [u, t] = [number(toHex(publicKey.subarray(0, 32))), number(toHex(publicKey.subarray(32)))];
  const x = number(toHex(ellswiftDecode(publicKey)));
  const ellCase = [0, 1, 2, 3, 4, 5, 6, 7].find((candidate) => xswiftecInv(x, u, candidate) === t);
  if (ellCase === undefined) throw new Error('u and t are not reduced, so no random choice leads to them');
  const answers = [secretKey, publicKey.slice(0, 32), Uint8Array.of(ellCase)];
  return (length) => {
    const answer = answers.shift();
    if (answer?.length !== length)
      throw new Error(`a key pair asks for 32, 32 and 1 random bytes, not for ${length}`);
    return answer.slice();
  };
}

export function networkNamed(name: string): Network {
  const network = Object.values(networks).find((candidate) => candidate.name === name);
  if (network === undefined) throw new Error(`no network ${name}`);
  return network;
}
