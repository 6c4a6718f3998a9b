import { number } from '../../format.js';
import { ask } from '../../store/client.js';
import type { Connection } from '../../store/store.js';
import { nameOf } from '../messages/names.js';
import { fill, useCompose } from './store.js';

const cannot = {
  gone: 'its bytes are no longer kept',
  'too-large': 'it is too large to be edited here',
  'not-a-message': 'it is no message',
};

/** Fills the form with a message of the session, by its row as it was typed. */
export async function copyFrom({ log }: Connection, text: string): Promise<void> {
  const say = (note: string) => useCompose.setState({ note });
  const message = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : NaN;
  if (!(message >= log.first && message < log.end))
    return say(
      `There is no message ${text.slice(0, 20)}: they are numbered from ${log.first} to ${log.end - 1}.`,
    );
  const row = log.at(message);
  const from = `a copy of message ${number(message)}, ${nameOf(row)}, ${row.direction}`;
  if (row.role === 'decoy')
    return fill({ kind: 'decoy', length: String(row.payloadBytes) }, `This is ${from}.`);
  if (row.role === 'unread') return say(`Message ${message} cannot be copied: nobody could read it.`);
  const copied = await ask('composeFrom', { message, type: row.type, id: row.id });
  if (copied === undefined) return say('The message could not be copied.');
  if ('cannot' in copied) return say(`Message ${message} cannot be copied: ${cannot[copied.cannot]}.`);
  fill(copied.composed, `This is ${from}.`);
}
