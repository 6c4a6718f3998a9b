import type { SavedRows } from '../../components/log/Selecting.js';
import { count } from '../../format.js';
import { ask } from '../../store/client.js';

export const SAVE_BOUND =
  'One message a line: direction, time, type, decoded value, hex. A file holds at most 128 MiB.';

/** Messages as a file, and what of them is in it. */
export async function saveMessages(
  messages: readonly number[],
  startedAt: number,
): Promise<SavedRows | undefined> {
  const answer = await ask('saveMessages', { messages, startedAt });
  if (answer === undefined) return undefined;
  const { blob, name, saved, gone, beyond } = answer;
  const says = [
    `Saved as ${name}: ${count(saved, 'message')}, ${count(blob.size, 'byte')}.`,
    gone > 0 &&
      `${count(gone, 'more')} ${gone === 1 ? 'is' : 'are'} not in it: the bytes are no longer kept.`,
    beyond > 0 && `The last ${count(beyond, 'message')} of the selection would make it larger than 128 MiB.`,
  ];
  return { blob, name, says: says.filter(Boolean).join(' ') };
}
