import { useEffect, useEffectEvent, useState } from 'react';
import { count } from '../../format.js';

/** Who reads nothing else than this hears a number now and then, not thirty times a second. */
const EVERY_MS = 5000;
const SETTLED_MS = 700;

/** Says aloud, politely: paused and resumed, how many packets wait, what the filter found. */
export function Announce(props: {
  /** What a row is called: 'packet'. */
  unit: string;
  /** undefined while the list is live. */
  waiting: number | undefined;
  /** Undefined without a filter; else what tells one outcome of one filter from another. */
  filter: string | undefined;
  /** What the filter found, in sentences. */
  found: readonly (string | false)[];
}) {
  const { waiting, filter } = props;
  const paused = waiting !== undefined;
  const [text, setText] = useState('');
  const waits = useEffectEvent(() => setText(`Paused. ${count(waiting ?? 0, `new ${props.unit}`)} so far.`));
  useEffect(() => {
    if (!paused) return;
    const first = setTimeout(waits);
    const timer = setInterval(waits, EVERY_MS);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
      setText('Resumed.');
    };
  }, [paused]);

  const fits = useEffectEvent(() => setText(props.found.filter(Boolean).join(' ')));
  useEffect(() => {
    if (filter === undefined) return;
    const timer = setTimeout(fits, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [filter]);

  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
