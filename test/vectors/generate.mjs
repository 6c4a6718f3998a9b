// @ts-check
/**
 * Makes the project's own test vectors: `node test/vectors/generate.mjs [FOLDER]`. The same bytes each time.
 * The tables have the columns of BIP324's published ones, so that one test runs both.
 */
import fs from 'node:fs';
import path from 'node:path';
import {
  createKey,
  decode,
  inverse,
  magics,
  PacketAead,
  PacketWriter,
  seeded,
  sessionKeys,
  sha256,
  sharedSecret,
  StreamCipher,
  to32Bytes,
  toBigInt,
} from './oracle.mjs';

const P = 2n ** 256n - 2n ** 32n - 977n;
const none = Buffer.alloc(0);
const mod = (/** @type {bigint} */ a) => ((a % P) + P) % P;
/** @type {(base: bigint, exponent: bigint) => bigint} */
const power = (base, exponent) =>
  exponent === 0n ? 1n : mod(power(mod(base * base), exponent / 2n) * (exponent % 2n === 1n ? base : 1n));
const divide = (/** @type {bigint} */ a, /** @type {bigint} */ b) => mod(a * power(mod(b), P - 2n));
const sqrt = (/** @type {bigint} */ a) => {
  const root = power(mod(a), (P + 1n) / 4n);
  return mod(root * root) === mod(a) ? root : undefined;
};
const g = (/** @type {bigint} */ u) => mod(u ** 3n + 7n);
const isOnCurve = (/** @type {bigint} */ x) => sqrt(g(x)) !== undefined;
const hex = (/** @type {Uint8Array} */ bytes) => Buffer.from(bytes).toString('hex');

function ellswiftDecode() {
  const random = seeded('ellswift decode');
  const number = () => toBigInt(random(32));
  /** @type {[u: bigint, t: bigint, comment: string][]} */
  const rows = [
    [0n, 0n, 'u=0;t=0'],
    [P, P, 'u%p=0;t%p=0'],
    [0n, number(), 'u=0'],
    [P, number(), 'u%p=0'],
    [number(), 0n, 't=0'],
    [number(), P, 't%p=0'],
    [2n ** 256n - 1n, 2n ** 256n - 1n, 'u>p;t>p'],
    [P + 1n, number(), 'u>p'],
    [number(), P + 2n, 't>p'],
  ];
  for (let found = 0; found < 6;) {
    const u = mod(number());
    const t = sqrt(-g(u));
    if (t === undefined) continue;
    rows.push([u, found % 2 === 0 ? t : mod(-t), 'u^3+t^2+7=0']);
    found += 1;
  }
  for (let i = 0; i < 64; i++) rows.push([number(), number(), 'random']);
  return [
    'ellswift,x,comment',
    ...rows.map(([u, t, comment]) => {
      const encoding = Buffer.concat([to32Bytes(u), to32Bytes(t)]);
      return [hex(encoding), hex(decode(encoding)), comment].join(',');
    }),
  ];
}

function xswiftecInv() {
  const random = seeded('xswiftec inverse');
  const number = () => mod(toBigInt(random(32)));
  const x = () => {
    for (;;) {
      const candidate = number();
      if (isOnCurve(candidate)) return candidate;
    }
  };
  /** @type {[u: bigint, x: bigint, comment: string][]} */
  const rows = [];
  for (let i = 0; i < 40; i++) rows.push([number(), x(), 'random']);
  for (let i = 0; i < 4; i++) {
    const same = x();
    rows.push([same, same, 's=0 in cases 2, 3, 6, 7']);
  }
  for (let found = 0; found < 8;) {
    const u = number();
    const root = mod(u - divide(4n * g(u), 3n * u * u));
    if (!isOnCurve(root)) continue;
    rows.push([u, root, 'r=0 in cases 2, 3, 6, 7']);
    found += 1;
  }
  const cases = [0, 1, 2, 3, 4, 5, 6, 7];
  return [
    ['u', 'x', ...cases.map((ellCase) => `case${ellCase}_t`), 'comment'].join(','),
    ...rows.map(([u, x, comment]) => {
      const ts = cases.map((ellCase) => {
        const t = inverse(x, u, ellCase);
        return t === undefined ? '' : hex(to32Bytes(t));
      });
      return [hex(to32Bytes(u)), hex(to32Bytes(x)), ...ts, comment].join(',');
    }),
  ];
}

function packetEncoding() {
  const columns =
    'in_idx,in_priv_ours,in_ellswift_ours,in_ellswift_theirs,in_initiating,in_contents,in_multiply,in_aad,in_ignore,' +
    'mid_x_ours,mid_x_theirs,mid_x_shared,mid_shared_secret,mid_initiator_l,mid_initiator_p,mid_responder_l,' +
    'mid_responder_p,mid_send_garbage_terminator,mid_recv_garbage_terminator,out_session_id,out_ciphertext,' +
    'out_ciphertext_endswith';
  const variants = [
    { contents: 0, multiply: 1, aad: 0, ignore: false },
    { contents: 33, multiply: 1, aad: 5, ignore: true },
    { contents: 64, multiply: 600, aad: 0, ignore: false },
  ];
  const plan = [0, 1, 223, 224, 225, 447, 448, 673, 1024].flatMap((index) =>
    variants.map((variant) => ({ index, ...variant })),
  );
  plan.push({ index: 0, contents: 17, multiply: 1, aad: 4095, ignore: true });
  plan.push({ index: 0, contents: 17, multiply: 1, aad: 4095, ignore: false });
  const rows = plan.map((row, i) => {
    const random = seeded(`packet ${i}`);
    const initiating = i % 2 === 0;
    const ours = createKey(random);
    const theirs = createKey(random).publicKey;
    const { sharedX, secret } = sharedSecret(ours, theirs, initiating);
    const keys = sessionKeys(secret, magics.main);
    const contents = random(row.contents);
    const aad = random(row.aad);
    const writer = initiating
      ? new PacketWriter(keys.initiatorL, keys.initiatorP)
      : new PacketWriter(keys.responderL, keys.responderP);
    for (let k = 0; k < row.index; k++) writer.packet(none);
    const long = Buffer.concat(Array.from({ length: row.multiply }, () => contents));
    const ciphertext = hex(writer.packet(long, { aad, ignore: row.ignore }));
    const terminators = [keys.initiatorGarbageTerminator, keys.responderGarbageTerminator].map(hex);
    return [
      row.index,
      ...[ours.secretKey, ours.publicKey, theirs].map(hex),
      Number(initiating),
      hex(contents),
      row.multiply,
      hex(aad),
      Number(row.ignore),
      ...[decode(ours.publicKey), decode(theirs), sharedX, secret].map(hex),
      ...[keys.initiatorL, keys.initiatorP, keys.responderL, keys.responderP].map(hex),
      ...(initiating ? terminators : terminators.reverse()),
      hex(keys.sessionId),
      ...(row.multiply === 1 ? [ciphertext, ''] : ['', ciphertext.slice(-128)]),
    ].join(',');
  });
  return [columns, ...rows];
}

/** Streams through both ciphers: chunks of many lengths, over several keys, with every result in one digest. */
function ciphers() {
  return ['stream', 'aead'].flatMap((cipher) =>
    [0, 1, 2].map((i) => {
      const random = seeded(`${cipher} ${i}`);
      const key = random(32);
      const lengths = Array.from(random(700), (byte) => (i === 0 ? 3 : byte % (40 * i)));
      const chunks = lengths.map((length) => random(length));
      const stream = new StreamCipher(key);
      const aead = new PacketAead(key);
      const results = chunks.map((chunk, k) =>
        // The additional data of a packet is the chunk before it.
        cipher === 'stream' ? stream.crypt(chunk) : aead.encrypt(chunks[k - 1] ?? none, chunk),
      );
      const samples = [0, 1, 223, 224, 447, 448, 671, 672, 699].map((index) => {
        return { index, result: hex(/** @type {Buffer} */ (results[index])) };
      });
      return {
        cipher,
        key: hex(key),
        chunks: chunks.map(hex).join(' '),
        samples,
        sha256: hex(sha256(...results)),
      };
    }),
  );
}

/**
 * Whole sessions: both streams, from the first byte to the last.
 * @typedef {{ garbage: number, decoys: number[], versionContents: number, messages: [type: string, length: number][] }} Side
 */
function sessions() {
  /** @type {Side['messages']} */
  const negotiation = [
    ['version', 100],
    ['verack', 0],
    ['ping', 8],
  ];
  /** @type {Side['messages']} */
  const pings = Array.from({ length: 500 }, () => ['ping', 8]);
  /** @type {{ name: string, network: keyof typeof magics, initiator: Side, responder: Side }[]} */
  const plan = [
    {
      name: 'as plain as can be',
      network: 'main',
      initiator: { garbage: 0, decoys: [], versionContents: 0, messages: negotiation },
      responder: { garbage: 0, decoys: [], versionContents: 0, messages: negotiation },
    },
    {
      name: 'the most garbage, and decoys before the version packet',
      network: 'testnet3',
      initiator: { garbage: 4095, decoys: [0, 1, 250], versionContents: 0, messages: negotiation },
      responder: { garbage: 4095, decoys: [33], versionContents: 0, messages: negotiation },
    },
    {
      name: 'a version packet with contents',
      network: 'testnet4',
      initiator: { garbage: 1, decoys: [], versionContents: 7, messages: negotiation },
      responder: { garbage: 15, decoys: [2], versionContents: 300, messages: negotiation },
    },
    {
      name: 'long and short forms of types, large payloads',
      network: 'signet',
      initiator: {
        garbage: 16,
        decoys: [],
        versionContents: 0,
        messages: [
          ['inv', 1801],
          ['sendheaders', 0],
          ['nonesuch', 5],
        ],
      },
      responder: {
        garbage: 4094,
        decoys: [],
        versionContents: 0,
        messages: [
          ['headers', 8101],
          ['wtxidrelay', 0],
        ],
      },
    },
    {
      name: 'two rekeyings each way',
      network: 'regtest',
      initiator: { garbage: 40, decoys: [4], versionContents: 0, messages: pings },
      responder: { garbage: 50, decoys: [], versionContents: 0, messages: pings },
    },
  ];
  return plan.map((session) => {
    const random = seeded(`session ${session.name}`);
    const initiator = createKey(random);
    const responder = createKey(random);
    const { sharedX, secret } = sharedSecret(initiator, responder.publicKey, true);
    const keys = sessionKeys(secret, magics[session.network]);
    const side = (
      /** @type {Side} */ plan,
      /** @type {import('./oracle.mjs').KeyPair} */ key,
      /** @type {Buffer[]} */ [keyL, keyP, terminator],
    ) => {
      const garbage = random(plan.garbage);
      // Garbage that holds all of its terminator but the last byte must not fool the search.
      if (plan.garbage > 1000) terminator?.copy(garbage, 500, 0, 15);
      const versionContents = random(plan.versionContents);
      const messages = plan.messages.map(([type, length]) => ({ type, payload: random(length) }));
      const writer = new PacketWriter(/** @type {Buffer} */ (keyL), /** @type {Buffer} */ (keyP));
      const first = [
        ...plan.decoys.map((length) => ({ contents: Buffer.alloc(length), ignore: true })),
        { contents: versionContents, ignore: false },
      ];
      const packets = [
        ...first.map(({ contents, ignore }, i) =>
          writer.packet(contents, { ignore, aad: i === 0 ? garbage : none }),
        ),
        ...messages.map(({ type, payload }) => writer.packet(Buffer.concat([typeOnWire(type), payload]))),
      ];
      return {
        secretKey: hex(key.secretKey),
        publicKey: hex(key.publicKey),
        ellCase: key.ellCase,
        x: hex(decode(key.publicKey)),
        garbage: hex(garbage),
        decoys: plan.decoys,
        versionContents: hex(versionContents),
        messages: messages.map(({ type, payload }) => ({ type, payload: hex(payload) })),
        stream: hex(Buffer.concat([key.publicKey, garbage, /** @type {Buffer} */ (terminator), ...packets])),
      };
    };
    return {
      name: session.name,
      network: session.network,
      magic: hex(magics[session.network]),
      sharedX: hex(sharedX),
      ecdhSecret: hex(secret),
      keys: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, hex(key)])),
      initiator: side(session.initiator, initiator, [
        keys.initiatorL,
        keys.initiatorP,
        keys.initiatorGarbageTerminator,
      ]),
      responder: side(session.responder, responder, [
        keys.responderL,
        keys.responderP,
        keys.responderGarbageTerminator,
      ]),
    };
  });
}

/**
 * BIP324, Application messages: the one-byte ids that the sessions use; every other type is long.
 * @param {string} type
 */
function typeOnWire(type) {
  /** @type {Record<string, number>} */
  const ids = { headers: 13, inv: 14, ping: 18 };
  const id = ids[type];
  if (id !== undefined) return Buffer.of(id);
  const long = Buffer.alloc(13);
  long.write(type, 1, 'ascii');
  return long;
}

const folder = process.argv[2] ?? import.meta.dirname;
const write = (/** @type {string} */ name, /** @type {string} */ text) =>
  fs.writeFileSync(path.join(folder, name), `${text}\n`);
write('ellswift-decode.csv', ellswiftDecode().join('\n'));
write('xswiftec-inv.csv', xswiftecInv().join('\n'));
write('packet-encoding.csv', packetEncoding().join('\n'));
write('ciphers.json', JSON.stringify(ciphers(), null, 1));
write('sessions.json', JSON.stringify(sessions(), null, 1));
