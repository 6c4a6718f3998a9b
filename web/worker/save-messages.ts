import { toHex } from '../../shared/bytes.js';
import type { NetworkName } from '../../shared/networks.js';
import { jsonLine } from './json.js';
import { MAX_SAVED_TEXT } from './limits.js';
import type { Kept, MessageLog } from './message-log.js';
import type { Questions, SavedMessages } from './protocol.js';

/** Characters after which the worker turns to its connections. */
const SLICE = 2 ** 20;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * Messages as JSON Lines: index, direction, at (ms since the start), time, type, role, the decoded value (null where
 * there is none, or it is too large for a line) and the payload in hex. It ends where the file would get larger than
 * `most` characters, and says how many messages are not in it.
 */
export async function savedMessages(
  log: MessageLog,
  { messages, startedAt }: Questions['saveMessages']['asks'],
  network: NetworkName,
  most = MAX_SAVED_TEXT,
): Promise<SavedMessages> {
  const pieces: Blob[] = [];
  let lines: string[] = [];
  let [length, sliced, saved, gone, beyond] = [0, 0, 0, 0, 0];
  for (const [at, index] of messages.entries()) {
    const kept = log.at(index);
    if (kept === undefined) {
      gone++;
      continue;
    }
    // The hex alone may tell that there is no room: then nothing of it is made.
    const line = length + 2 * kept.payload.length > most ? undefined : lineOf(index, kept, startedAt);
    if (line === undefined || length + line.length > most) {
      beyond = messages.length - at;
      break;
    }
    lines.push(line);
    saved++;
    length += line.length;
    if (length - sliced < SLICE) continue;
    sliced = length;
    pieces.push(new Blob(lines));
    lines = [];
    await pause();
  }
  const start = isoTime(startedAt);
  return {
    blob: new Blob([...pieces, ...lines], { type: 'application/jsonl' }),
    name: ['peerglass', network, start?.slice(0, 16).replace(':', ''), 'messages.jsonl']
      .filter(Boolean)
      .join('-'),
    saved,
    gone,
    beyond,
  };
}

function lineOf(index: number, { at, direction, role, type, payload }: Kept, startedAt: number): string {
  const time = isoTime(startedAt + at) ?? null;
  const facts = { index, direction, at: Math.round(at * 1000) / 1000, time };
  const head = JSON.stringify({ ...facts, type: type ?? null, role });
  return `${head.slice(0, -1)},"value":${jsonLine(type, payload)},"hex":"${toHex(payload)}"}\n`;
}

/** A recording may say any time, and no date reaches beyond some. */
function isoTime(ms: number): string | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
