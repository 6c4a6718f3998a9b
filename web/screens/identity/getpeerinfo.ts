/**
 * What a person pasted, as the peers of a node: `getpeerinfo`, one entry of it, its lines with session_id, or the id
 * alone. Text from outside is hostile: nothing here throws, and time and memory are bounded by MAX_PASTED.
 */

/** Characters. A node with a thousand peers prints about two million. */
export const MAX_PASTED = 4_000_000;

/** Hex digits of a session id, whole. */
export const SESSION_ID_DIGITS = 64;

/** One peer, as the node tells of it. Texts are the peer's own words, made printable and cut. */
export interface PeerEntry {
  readonly transport: 'v1' | 'v2' | 'detecting' | 'unknown';
  /** 64 lower-case hex digits, or undefined: without a session, or with anything else in its place. */
  readonly sessionId: string | undefined;
  readonly id: number | undefined;
  readonly addr: string | undefined;
  readonly subver: string | undefined;
}

/** What it looks like instead. */
export type NotPeers =
  | { readonly looksLike: 'too-much'; readonly characters: number }
  | { readonly looksLike: 'the-command' }
  | { readonly looksLike: 'an-error'; readonly says: string }
  | { readonly looksLike: 'cut-json' }
  | { readonly looksLike: 'other-json'; readonly what: string }
  | { readonly looksLike: 'a-strange-entry'; readonly at: number; readonly what: string }
  | { readonly looksLike: 'an-id-of-another-length'; readonly digits: number }
  | { readonly looksLike: 'text' };

export type Pasted =
  | { readonly is: 'nothing' }
  /** Only ids are known of the peers, for lack of the rest. */
  | { readonly is: 'ids'; readonly peers: readonly PeerEntry[] }
  | { readonly is: 'peers'; readonly peers: readonly PeerEntry[] }
  | ({ readonly is: 'something-else' } & NotPeers);

/** Never throws. */
export function readPasted(pasted: string): Pasted {
  if (pasted.length > MAX_PASTED) return other({ looksLike: 'too-much', characters: pasted.length });
  const text = pasted.trim();
  if (text === '') return { is: 'nothing' };
  if (/^"?session_id\b/.test(text)) return fromLines(text);
  const hex = text.replace(/["',:\s-]/g, '');
  if (/^(0x)?[0-9a-f]+$/i.test(hex)) return fromId(hex.replace(/^0x/i, '').toLowerCase());
  for (const json of jsonIn(text)) {
    const value = parsed(json);
    if (value !== undefined) return fromJson(value);
  }
  if (/^[[{]/.test(text)) return other({ looksLike: 'cut-json' });
  if (/^(\$\s*)?(\S*bitcoin-cli\b|getpeerinfo$)/.test(text)) return other({ looksLike: 'the-command' });
  if (/^error\b/i.test(text)) return other({ looksLike: 'an-error', says: printable(text, 120) });
  return other({ looksLike: 'text' });
}

/** The whole of it; or, between a terminal's prompts, from the first line that opens to the last that closes. */
function jsonIn(text: string): string[] {
  const starts = ['\n[', '\n{'].map((mark) => text.indexOf(mark)).filter((at) => at >= 0);
  const end = Math.max(text.lastIndexOf('\n]'), text.lastIndexOf('\n}'));
  const start = Math.min(...starts);
  return [...(/^[[{]/.test(text) ? [text] : []), ...(start < end ? [text.slice(start + 1, end + 2)] : [])];
}

/** undefined for what is not JSON, or is nested deeper than the engine follows. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const other = (what: NotPeers): Pasted => ({ is: 'something-else', ...what });

function fromId(hex: string): Pasted {
  return hex.length === SESSION_ID_DIGITS
    ? { is: 'ids', peers: [idOnly(hex)] }
    : other({ looksLike: 'an-id-of-another-length', digits: hex.length });
}

const idOnly = (sessionId: string | undefined): PeerEntry => ({
  transport: sessionId === undefined ? 'unknown' : 'v2',
  sessionId,
  id: undefined,
  addr: undefined,
  subver: undefined,
});

/** As `grep session_id` prints them. A peer on v1 has an empty one. */
function fromLines(text: string): Pasted {
  const peers: PeerEntry[] = [];
  for (const untrimmed of text.split('\n')) {
    const line = untrimmed.trim();
    if (line === '') continue;
    const id = /^"?session_id"?\s*[:=]\s*"?([0-9a-f]*)"?,?$/i.exec(line)?.[1];
    if (id === undefined) return other({ looksLike: 'text' });
    if (id !== '' && id.length !== SESSION_ID_DIGITS)
      return other({ looksLike: 'an-id-of-another-length', digits: id.length });
    peers.push(idOnly(id === '' ? undefined : id.toLowerCase()));
  }
  return { is: 'ids', peers };
}

function fromJson(json: unknown): Pasted {
  // As JSON-RPC wraps it.
  const value = isObject(json) && Array.isArray(own(json, 'result')) ? own(json, 'result') : json;
  const entries = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  const strange = entries.findIndex((entry) => !isEntry(entry));
  if (strange < 0) return { is: 'peers', peers: entries.map((entry) => readEntry(entry as object)) };
  if (Array.isArray(value) && entries.some(isEntry))
    return other({ looksLike: 'a-strange-entry', at: strange, what: nameOf(entries[strange]) });
  const [first] = entries;
  if (isObject(first) && typeof own(first, 'message') === 'string' && Object.hasOwn(first, 'code'))
    return other({ looksLike: 'an-error', says: printable(own(first, 'message') as string, 120) });
  return other({
    looksLike: 'other-json',
    what: Array.isArray(value) ? `a list whose first entry is ${nameOf(first)}` : nameOf(value),
  });
}

/** Names as __proto__ or constructor are names like any other here: only what the text itself holds counts. */
const own = (object: object, name: string): unknown =>
  Object.hasOwn(object, name) ? (object as Readonly<Record<string, unknown>>)[name] : undefined;

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As every version of getpeerinfo has it, or as somebody picked its fields. */
const isEntry = (value: unknown): boolean =>
  isObject(value) &&
  (typeof own(value, 'session_id') === 'string' ||
    typeof own(value, 'transport_protocol_type') === 'string' ||
    (typeof own(value, 'addr') === 'string' && typeof own(value, 'id') === 'number'));

function readEntry(entry: object): PeerEntry {
  const [id, addr, subver, sessionId] = ['id', 'addr', 'subver', 'session_id'].map((name) =>
    own(entry, name),
  );
  return {
    transport: transportOf(own(entry, 'transport_protocol_type'), sessionId),
    sessionId:
      typeof sessionId === 'string' && /^[0-9a-f]{64}$/i.test(sessionId)
        ? sessionId.toLowerCase()
        : undefined,
    id: Number.isSafeInteger(id) ? (id as number) : undefined,
    addr: typeof addr === 'string' ? printable(addr, 80) : undefined,
    subver: typeof subver === 'string' ? printable(subver, 120) : undefined,
  };
}

function transportOf(type: unknown, sessionId: unknown): PeerEntry['transport'] {
  // A node from before v2 names neither: it speaks v1 to everybody.
  if (type === undefined && sessionId === undefined) return 'v1';
  return type === 'v1' || type === 'v2' || type === 'detecting' ? type : 'unknown';
}

function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const names = Object.keys(value).slice(0, 3);
  if (names.length === 0) return 'an empty object';
  return `an object with ${names.map((name) => `“${printable(name, 24)}”`).join(', ')}`;
}

/** What cannot be seen, or would turn the text around, becomes “·”. */
function printable(text: string, length: number): string {
  const cut = text.length > length ? `${text.slice(0, length - 1)}…` : text;
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '·');
}
