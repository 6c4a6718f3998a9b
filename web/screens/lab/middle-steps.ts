import { toHex } from '../../../shared/bytes.js';
import {
  nameOf,
  otherParty,
  type MallorySession,
  type Party,
  type RelayedPacket,
} from '../../../shared/lab/index.js';
import { decodeMessage } from '../../../shared/messages/index.js';
import { count } from '../../format.js';
import { summarise } from '../../worker/summary.js';

export type Person = Party | 'mallory';
export const people: readonly Person[] = ['alice', 'mallory', 'bob'];
export const personName = (person: Person): string => (person === 'mallory' ? 'Mallory' : nameOf(person));

/** What one of the three sees at a step. */
export interface Sight {
  readonly says: string;
  readonly details: readonly { readonly name: string; readonly text: string; readonly hex?: boolean }[];
}

export interface MiddleStep {
  /** For the list of steps. */
  readonly short: string;
  readonly title: string;
  readonly plain: string;
  readonly sights: Readonly<Record<Person, Sight>>;
}

const NOTHING: Sight = { says: 'Has no part in this step.', details: [] };
const SHOWN_BYTES = 24;

/** The story in steps: two handshakes, then each packet as it passes Mallory, then the session ids. */
export function stepsOf(session: MallorySession): MiddleStep[] {
  return [keys(session, 'alice'), keys(session, 'bob'), ...session.relayed.map(relayed), compare(session)];
}

function keys({ links }: MallorySession, party: Party): MiddleStep {
  const { key, malloryKey, sessionId, mallorySessionId } = links[party];
  const name = nameOf(party);
  const other = nameOf(otherParty(party));
  const ends = (own: Uint8Array, theirs: Uint8Array, id: Uint8Array): Sight['details'] => [
    { name: 'own key', text: start(own), hex: true },
    { name: 'key that came', text: start(theirs), hex: true },
    { name: 'session id', text: toHex(id), hex: true },
  ];
  const dials = party === 'alice';
  return {
    short: `${name}’s handshake`,
    title: dials ? 'Alice opens a connection, and Mallory answers' : 'Mallory opens a connection to Bob',
    plain: dials
      ? 'Alice wants to reach Bob. Mallory, who is on the way, answers in his place with a key of her own. A key says nothing about whose it is.'
      : 'Towards Bob she plays Alice, again with a key of her own. Now there are two encrypted connections, and both end at her.',
    sights: {
      alice: NOTHING,
      bob: NOTHING,
      [party]: {
        says: `Believes to share secrets with ${other}. The handshake is flawless.`,
        details: ends(key, malloryKey, sessionId),
      },
      mallory: {
        says: `Shares secrets with ${name}, and so the session id.`,
        details: ends(malloryKey, key, mallorySessionId),
      },
    },
  };
}

function relayed(packet: RelayedPacket): MiddleStep {
  const { from, role, message, payload, arrived, resealed } = packet;
  const to = otherParty(from);
  const what = role === 'decoy' ? 'a decoy' : (message ?? 'message');
  const { summary } = summarise(message === undefined ? undefined : decodeMessage(message, payload), payload);
  const wire = (name: string, bytes: Uint8Array) => ({
    name: `${name}, ${count(bytes.length, 'byte')}`,
    text: start(bytes),
    hex: true,
  });
  const text = role === 'decoy' ? `${count(payload.length, 'byte')} that mean nothing` : summary;
  return {
    short: `${role === 'decoy' ? 'decoy' : what} from ${nameOf(from)}`,
    title: `${nameOf(from)} sends ${what}`,
    plain:
      role === 'decoy'
        ? 'The decoy hides nothing from Mallory: she sees the ignore bit, and seals a decoy of the same length.'
        : 'Mallory decrypts it with the keys of one connection and encrypts it with those of the other. She could change it just as well.',
    sights: {
      alice: NOTHING,
      bob: NOTHING,
      [from]: {
        says: `Sends ${what}, encrypted.`,
        details: [{ name: role === 'decoy' ? 'contents' : 'message', text }, wire('on the wire', arrived)],
      },
      mallory: {
        says: role === 'decoy' ? 'Opens it, and knows that it is a decoy.' : 'Reads it all.',
        details: [
          { name: 'plaintext', text },
          ...(payload.length > 0 && role === 'message'
            ? [{ name: `payload, ${count(payload.length, 'byte')}`, text: start(payload), hex: true }]
            : []),
        ],
      },
      [to]: {
        says: `Receives ${what}. Its tag is right.`,
        details: [{ name: role === 'decoy' ? 'contents' : 'message', text }, wire('on the wire', resealed)],
      },
    },
  };
}

function compare({ links, content }: MallorySession): MiddleStep {
  const sight = (party: Party): Sight => ({
    says: content[party] ? 'Has had the whole conversation, and noticed nothing.' : 'Waits.',
    details: [{ name: 'session id', text: toHex(links[party].sessionId), hex: true }],
  });
  return {
    short: 'Compare',
    title: 'Only the session ids give her away',
    plain:
      'Each side has a session id that follows from both keys of its connection. There are two connections here, so there are two ids. Mallory cannot make them equal.',
    sights: {
      alice: sight('alice'),
      bob: sight('bob'),
      mallory: {
        says: 'Has read everything, and has both ids: one for each connection.',
        details: [
          { name: 'towards Alice', text: toHex(links.alice.mallorySessionId), hex: true },
          { name: 'towards Bob', text: toHex(links.bob.mallorySessionId), hex: true },
        ],
      },
    },
  };
}

const start = (bytes: Uint8Array): string =>
  `${toHex(bytes.subarray(0, SHOWN_BYTES))}${bytes.length > SHOWN_BYTES ? '…' : ''}`;
