import { useMemo } from 'react';
import { count } from '../../format.js';
import type { Buckets, NodeSeries } from '../../worker/node/protocol.js';
import type { Traffic } from '../../worker/protocol.js';
import styles from './Node.module.css';
import { Plot } from './Plot.js';
import { bytes, moment } from './words.js';

const TABLE_ROWS = 100;
const perSecond = (value: number): string => `${bytes(value)}/s`;
const none: Buckets = { widthMs: 1000, first: [], second: [] };

/** How much crossed the wire, each way, from the first byte on. */
export function TrafficOverTime(props: { traffic: Traffic; series: NodeSeries | undefined }) {
  const { traffic } = props;
  const buckets = props.series?.traffic ?? none;
  const seconds = buckets.widthMs / 1000;
  // Each step ends where the next begins: the last one needs an end of its own.
  const x = useMemo(() => [...buckets.first, 0].map((_, at) => (at * buckets.widthMs) / 1000), [buckets]);
  const lines = useMemo(() => {
    const rate = (values: readonly number[]) =>
      [...values, values.at(-1) ?? 0].map((value) => value / (buckets.widthMs / 1000));
    return [
      { name: 'received', values: rate(buckets.second), look: 'first' as const, stepped: true },
      { name: 'sent', values: rate(buckets.first), look: 'second' as const, stepped: true },
    ];
  }, [buckets]);
  const busy = buckets.first
    .map((sent, at) => ({ at, sent, received: buckets.second[at]! }))
    .filter(({ sent, received }) => sent + received > 0);
  const most = busy.reduce((best, one) => (total(one) > total(best) ? one : best), busy[0] ?? nothing);
  return (
    <section className={styles.part} aria-labelledby="node-traffic">
      <h2 id="node-traffic">How much crosses</h2>
      <Plot
        name="Bytes over time"
        summary={`${count(traffic.sent, 'byte')} sent and ${count(traffic.received, 'byte')} received so far; at most ${perSecond(total(most) / seconds)} both ways together, at ${moment(most.at * seconds)}. One step is ${moment(seconds)}.`}
        x={x}
        lines={lines}
        format={perSecond}
        columns={['from', 'sent', 'received']}
        rows={busy
          .slice(-TABLE_ROWS)
          .reverse()
          .map(({ at, sent, received }) => [moment(at * seconds), bytes(sent), bytes(received)])}
        left="Times in which nothing crossed are left out."
      />
    </section>
  );
}

const nothing = { at: 0, sent: 0, received: 0 };
const total = ({ sent, received }: typeof nothing): number => sent + received;
