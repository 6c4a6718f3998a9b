/** The three transports, question by question. Columns and answers are in the same order. */
export const columns = [
  { id: 'v1', name: 'v1', years: 'since 2009' },
  { id: 'bip151', name: 'BIP151', years: 'proposed 2016, given up', bip: 151 },
  { id: 'bip324', name: 'BIP324, v2', years: 'in use since 2023', bip: 324 },
] as const;

export interface Question {
  readonly id: string;
  readonly asks: string;
  readonly answers: readonly [v1: string, bip151: string, bip324: string];
}

export const questions: readonly Question[] = [
  {
    id: 'protects',
    asks: 'What it protects',
    answers: [
      'Nothing. The checksum finds accidents.',
      'What is said after the handshake: nobody on the way reads it, and a change is noticed.',
      'Every byte from the first on: nobody on the way reads it, a change is noticed, and nothing looks like Bitcoin.',
    ],
  },
  {
    id: 'observer',
    asks: 'What an observer sees',
    answers: [
      'Everything: that it is Bitcoin, who says what, which transaction came from where first.',
      'That it is Bitcoin, from the first four bytes; that it then goes on encrypted; times and sizes.',
      'Addresses and ports, times, and how many bytes. The bytes themselves look random.',
    ],
  },
  {
    id: 'attacker',
    asks: 'What an active attacker can do',
    answers: [
      'Read, drop, add and change whatever they like, unnoticed, and without keeping track of anything.',
      'Drop the request for encryption, so that both sides go on in the clear; or sit in the middle with two handshakes.',
      'Sit in the middle with two handshakes: the two session ids differ. Cut the connection, again and again, until a peer tries v1. Connect to a node themselves, and see that it is one.',
    ],
  },
  {
    id: 'keys',
    asks: 'Where its keys come from',
    answers: [
      'There are none.',
      'Two key exchanges, one for each direction, with public keys of 33 bytes that anybody recognises as such.',
      'One key exchange for both directions, with keys in disguise: 64 bytes that look random.',
    ],
  },
  {
    id: 'rekeying',
    asks: 'When they are replaced',
    answers: [
      'Never.',
      'When a peer says so in a message; at the latest after a gigabyte.',
      'After every 224 packets, by itself: no message says so.',
    ],
  },
  {
    id: 'sizes',
    asks: 'What it does about sizes',
    answers: [
      'Nothing: the length stands in each header.',
      'Lengths are encrypted. Nothing fills up what is short.',
      'Lengths are encrypted; garbage and decoys allow any pattern. Today’s nodes hardly use decoys.',
    ],
  },
  {
    id: 'identity',
    asks: 'How one knows who is there',
    answers: [
      'One does not.',
      'A session id to compare.',
      'A session id to compare; a node shows it in getpeerinfo.',
    ],
  },
];

/** Why the second column has no users. */
export const whyGivenUp: readonly string[] = [
  'It began in the open: a message named encinit, in v1’s own form, with the magic in front. Whoever looks for Bitcoin found it as easily as before.',
  'The request was a message like any other, so somebody on the way only had to drop it: the peer, hearing no answer, spoke v1.',
  'Two key exchanges and a conversation about them, before anything was said.',
  'To mend this the connection has to begin otherwise, from its first byte. That is another protocol: its author reworked it and proposed it anew in 2019, and with others it became BIP324, which names BIP151 as what it replaces.',
];

/** Said as plainly as what it does hide. */
export const notHidden: readonly (readonly [what: string, how: string])[] = [
  ['Addresses', 'Who is connected with whom, and to which port. 8333 alone is a hint.'],
  [
    'Times',
    'When something is said. A block reaches all nodes within seconds, and so a burst of bytes on many connections at once is one.',
  ],
  ['Sizes', 'How many bytes cross. A transaction that a node sends and never received is its own.'],
  [
    'Randomness itself',
    'A connection without any readable byte is unusual, and a censor may block what they cannot name.',
  ],
  [
    'The other end',
    'It is encrypted to whoever answers. Anybody can run a node, and it sees all that you say to it.',
  ],
];
