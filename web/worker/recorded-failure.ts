import type { TransportError } from '../../shared/transport.js';
import type { SessionEvent } from '../../shared/recording/index.js';
import type { Evidence } from './evidence.js';
import { closedByNode, peerFailure, transportFailure } from './failure.js';
import type { Failure } from './protocol.js';

/**
 * Why a recorded session ended, in the words that the live one had; undefined where we ended it.
 * @param failure the error that shows in the bytes
 */
export function recordedFailure(
  end: SessionEvent & { readonly type: 'end' },
  evidence: Evidence,
  failure: TransportError | undefined,
): Failure | undefined {
  const words = wordsOf(end, evidence, failure);
  if (words === undefined) return undefined;
  // Without what one could do about it then.
  const { code, title, message, hint, cause, seen } = words;
  return { code, title, message, hint, cause, seen: ['recorded, not live', ...seen] };
}

function wordsOf(
  { state, by, code }: SessionEvent & { readonly type: 'end' },
  evidence: Evidence,
  failure: TransportError | undefined,
): Failure | undefined {
  if (state === 'closed') return by === 'peer' ? closedByNode(evidence) : undefined;
  if (failure !== undefined && failure.code === code) return transportFailure(failure, evidence);
  switch (code) {
    case 'closed-before-any-byte':
    case 'timed-out-without-bytes':
      return peerFailure({ code, message: '', hint: '' }, evidence);
    case 'timed-out-handshaking':
      return peerFailure({ code, message: '', hint: '', bytesReceived: evidence.received }, evidence);
    case 'missing-garbage-terminator':
    case 'closed-before-key':
    case 'closed-during-key':
    case 'closed-during-garbage':
    case 'closed-before-version':
      return transportFailure({ code, message: '', hint: '', at: evidence.received }, evidence);
    default:
      return {
        code: 'peer',
        title: 'The recorded session ended with an error',
        message: 'The recording tells which: its name is below. All bytes up to it are on screen.',
        hint: 'Look at the last step, or at the last packet of the stream.',
        seen: [],
        cause: code ?? 'unknown',
      };
  }
}
