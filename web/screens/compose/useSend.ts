import { useState } from 'react';
import { ask } from '../../store/client.js';
import type { Connection } from '../../store/store.js';
import type { Composed, NoPacket } from '../../worker/compose/protocol.js';
import { attempt, noteSent } from './store.js';

export interface Send {
  /** @param knowing that the node ends the session over it */
  now(knowing: boolean): Promise<void>;
  /** Why it did not go out. */
  readonly refused: NoPacket | 'worker' | undefined;
}

export function useSend(composed: Composed, { number: connection }: Connection): Send {
  const [refused, setRefused] = useState<Send['refused']>();
  return {
    refused,
    async now(knowing) {
      setRefused(undefined);
      const answer = await ask('composeSend', { composed, knowing });
      if (answer === undefined) return setRefused('worker');
      if (answer.ok) {
        const { message, at, foresight } = answer;
        return noteSent({ connection, message, at, foresight, name: nameOfComposed(composed) });
      }
      if ('problem' in answer) return attempt();
      if ('missing' in answer) return setRefused(answer.missing);
      document.getElementById('compose-nevertheless')?.focus();
    },
  };
}

export function nameOfComposed(composed: Composed): string {
  switch (composed.kind) {
    case 'form':
      return composed.type;
    case 'raw':
      return composed.type.trim() === '' ? 'message' : composed.type;
    case 'id':
      return `id ${composed.id.trim()}`;
    case 'decoy':
      return 'decoy';
  }
}
