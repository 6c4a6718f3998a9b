import { count, number, since } from '../../format.js';
import type { PacketDetail, PacketRow, UnreadRow } from '../../worker/protocol.js';
import styles from './Observer.module.css';

const SHOWN = 4;
const labels: { readonly [name: string]: string } = { unknown: 'unknown type', unread: 'unread bytes' };

/** What somebody on the way has of these bytes: when, which way, how many; and what they may guess from that. */
export function Observer(props: {
  row: PacketRow | UnreadRow;
  sameSize: PacketDetail['sameSize'];
  /** They are what was seen at once, and no packet that the two ends know. */
  chunk: boolean;
}) {
  const { row, sameSize, chunk } = props;
  const alike = sameSize.reduce((sum, [, times]) => sum + times, 0);
  const named = sameSize
    .slice(0, SHOWN)
    .map(([name, times]) => `${number(times)} × ${labels[name] ?? name}`)
    .join(', ');
  const more = sameSize.length - SHOWN;
  return (
    <dl className={styles.observer}>
      <div>
        <dt>Seen</dt>
        <dd>
          {count(row.wireBytes, 'byte')} {row.direction === 'sent' ? 'from here' : 'from the node'} at{' '}
          {since(row.at)}.{' '}
          {chunk
            ? 'They may be one packet, several or a part of one, or garbage: nothing marks where a packet begins or ends.'
            : 'Not even that they are one packet: nothing marks where it begins or ends.'}
        </dd>
      </div>
      <div>
        <dt>Guessed</dt>
        <dd>
          {row.wireBytes < 20
            ? 'Nothing.'
            : `Should they be one packet, then ${count(row.wireBytes - 20, 'byte')} of contents, which may be a message or a decoy.`}{' '}
          {alike > 1
            ? `Of this size are ${number(alike)} in this session${chunk ? '' : `: ${named}${more > 0 ? ` and ${number(more)} more` : ''}`}. Size and time hint at what a message is; decoys are there to blur that.`
            : 'Nothing else in this session has this size.'}
        </dd>
      </div>
    </dl>
  );
}
