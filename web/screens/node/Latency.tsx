import { useEffect, useMemo, useState } from 'react';
import { Button } from '../../components/Button.js';
import { count, number, since } from '../../format.js';
import { ask } from '../../store/client.js';
import type { NodeSeries, PingFacts, PingSample } from '../../worker/node/protocol.js';
import type { BridgeFacts } from '../../worker/protocol.js';
import styles from './Node.module.css';
import { Plot, type Line } from './Plot.js';
import { duration } from './words.js';

const MEASURED_EVERY_MS = 15_000;
const TABLE_ROWS = 100;

/** How far away the node is, and where on the way the time goes. */
export function Latency(props: {
  ping: PingFacts;
  series: NodeSeries | undefined;
  bridge: BridgeFacts | undefined;
  live: boolean;
}) {
  const { ping, series, bridge, live } = props;
  const { measuring, problem, measureNow } = useMeasuring(live);
  const { latest } = ping;
  return (
    <section className={styles.part} aria-labelledby="node-latency">
      <h2 id="node-latency">How far away it is</h2>
      {latest ? (
        <>
          <Split latest={latest} bridge={bridge} />
          <Pings pings={series?.pings ?? []} dropped={series?.pingsDropped ?? 0} ping={ping} />
        </>
      ) : (
        <p>{live ? 'The first round trip is measured.' : 'No ping was answered in this session.'}</p>
      )}
      {live && (
        <p className={styles.tools}>
          <Button onClick={() => void measureNow()} disabled={measuring}>
            Measure now
          </Button>
          <span className={styles.aside}>every 15 seconds while this screen is open</span>
        </p>
      )}
      {problem !== undefined && (
        <p role="status" className={styles.note}>
          Not measured: {problem}
        </p>
      )}
    </section>
  );
}

function useMeasuring(live: boolean) {
  const [measuring, setMeasuring] = useState(false);
  const [problem, setProblem] = useState<string>();
  const measureNow = async (signal?: AbortSignal) => {
    setMeasuring(true);
    const answer = await ask('nodeMeasure', {}, signal);
    setMeasuring(false);
    setProblem(answer && 'problem' in answer ? answer.problem : undefined);
  };
  useEffect(() => {
    if (!live) return;
    const left = new AbortController();
    const measure = () => void ask('nodeMeasure', {}, left.signal);
    measure();
    const timer = setInterval(measure, MEASURED_EVERY_MS);
    return () => {
      left.abort();
      clearInterval(timer);
    };
  }, [live]);
  return { measuring, problem: live ? problem : undefined, measureNow };
}

function Split({ latest, bridge }: { latest: PingSample; bridge: BridgeFacts | undefined }) {
  const { ms, bridgeMs, at } = latest;
  return (
    <dl className={styles.facts} data-testid="node-latency">
      <div>
        <dt>This tab to the node and back</dt>
        <dd>
          <span className={styles.figure}>{duration(ms)}</span>
          <span className={styles.aside}>at {since(at)}</span>
        </dd>
      </div>
      {bridgeMs !== undefined && (
        <>
          <div>
            <dt>of this, to the bridge</dt>
            <dd>
              <span className={styles.figure}>{duration(bridgeMs)}</span>
              <span className={styles.aside}>measured just before</span>
            </dd>
          </div>
          <div>
            <dt>from there to the node</dt>
            <dd>
              <span className={styles.figure}>
                {ms > bridgeMs ? duration(ms - bridgeMs) : 'too short to tell'}
              </span>
              <span className={styles.aside}>the difference</span>
            </dd>
          </div>
        </>
      )}
      {bridge && (
        <div>
          <dt>The bridge’s TCP connection</dt>
          <dd>
            <span className={styles.figure}>{duration(bridge.connectMs)}</span>
            <span className={styles.aside}>took so long to open: about one round trip to the node</span>
          </dd>
        </div>
      )}
    </dl>
  );
}

function Pings(props: { pings: readonly PingSample[]; dropped: number; ping: PingFacts }) {
  const { pings, dropped, ping } = props;
  const x = useMemo(() => pings.map(({ at }) => at / 1000), [pings]);
  const split = pings.some(({ bridgeMs }) => bridgeMs !== undefined);
  const lines = useMemo((): Line[] => {
    const node: Line = {
      name: 'to the node',
      values: pings.map(({ ms }) => ms),
      look: 'first',
      points: true,
    };
    const toBridge = pings.map(({ bridgeMs }) => bridgeMs ?? null);
    return split ? [node, { name: 'to the bridge', values: toBridge, look: 'second', points: true }] : [node];
  }, [pings, split]);
  const rows = pings
    .slice(-TABLE_ROWS)
    .reverse()
    .map(({ at, ms, bridgeMs }) => [
      since(at),
      duration(ms),
      ...(split ? [bridgeMs === undefined ? 'not measured' : duration(bridgeMs)] : []),
    ]);
  const left = ping.count - rows.length;
  return (
    <Plot
      name="Round trips over time"
      summary={`${count(ping.count, 'answer')}, the shortest after ${duration(ping.least ?? 0)}, the middle one after ${duration(ping.median ?? 0)}.${
        dropped > 0 ? ` Drawn are the latest ${number(pings.length)}.` : ''
      }`}
      x={x}
      lines={lines}
      format={duration}
      columns={['time', 'to the node', ...(split ? ['to the bridge'] : [])]}
      rows={rows}
      left={left > 0 ? `${count(left, 'earlier one')} not listed.` : undefined}
    />
  );
}
