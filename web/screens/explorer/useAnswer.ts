import { useEffect, useEffectEvent, useState } from 'react';
import { ask } from '../../store/client.js';
import { usePage } from '../../store/store.js';
import type { Questions } from '../../worker/protocol.js';

/** An answer that may take its time. Undefined is what is no longer kept, or could not be asked. */
export type Answered<A> =
  | { readonly state: 'asking'; readonly cancel: () => void }
  | { readonly state: 'answered'; readonly answer: A | undefined; readonly again: () => void }
  | { readonly state: 'cancelled'; readonly again: () => void };

interface Control {
  readonly id: string;
  readonly attempt: number;
  readonly cancelled: boolean;
}

/**
 * Asks the session on screen, and no more once somebody looks elsewhere.
 * @param asks undefined while there is nothing to ask
 * @param refresh asks once more when it changes; until that answer is here, the one before stands
 */
export function useAnswer<Q extends keyof Questions>(
  about: Q,
  asks: Questions[Q]['asks'] | undefined,
  refresh: string | number = '',
): Answered<Questions[Q]['answer']> {
  const connection = usePage((page) => page.connection.number);
  const id = `${connection} ${about} ${JSON.stringify(asks)}`;
  const [control, setControl] = useState<Control>({ id, attempt: 0, cancelled: false });
  if (control.id !== id) setControl({ id, attempt: 0, cancelled: false });
  const [got, setGot] = useState<{
    id: string;
    attempt: number;
    answer: Questions[Q]['answer'] | undefined;
  }>();
  const { attempt, cancelled } = control;

  const put = useEffectEvent((signal: AbortSignal) => asks && ask(about, asks, signal));
  useEffect(() => {
    if (cancelled) return;
    const abort = new AbortController();
    void put(abort.signal)?.then((answer) => {
      if (!abort.signal.aborted) setGot({ id, attempt, answer });
    });
    return () => abort.abort();
  }, [id, attempt, cancelled, refresh]);

  const again = () => setControl({ id, attempt: attempt + 1, cancelled: false });
  if (cancelled) return { state: 'cancelled', again };
  if (got?.id === id && got.attempt === attempt) return { state: 'answered', answer: got.answer, again };
  return { state: 'asking', cancel: () => setControl({ id, attempt, cancelled: true }) };
}

/** A value that changes often, taken over at most twice a second. */
export function useSlowly<T>(value: T, everyMs = 500): T {
  const [shown, setShown] = useState(value);
  const same = Object.is(shown, value);
  const take = useEffectEvent(() => setShown(value));
  useEffect(() => {
    if (same) return;
    const timer = setTimeout(take, everyMs);
    return () => clearTimeout(timer);
  }, [same, everyMs]);
  return shown;
}

/** Changes when what is here without asking may have: the session's state, and in a recording its messages. */
export function useSessionMark(): string {
  const mark = usePage(({ connection }) =>
    connection.recording ? `${connection.state} ${connection.messages}` : connection.state,
  );
  return useSlowly(mark, 300);
}
