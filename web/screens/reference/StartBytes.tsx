import { useState } from 'react';
import { concatBytes, toHex } from '../../../shared/bytes.js';
import { V1_PREFIX_BYTES, v1Prefix } from '../../../shared/bip324/handshake.js';
import { networks } from '../../../shared/networks.js';
import { systemRandom } from '../../../shared/random.js';
import { encodeTypeField } from '../../../shared/type-field.js';
import { FieldMark } from '../../components/FieldMark.js';
import field from '../../components/field.module.css';
import { kinds, type Kind } from '../../kinds.js';
import { usePage } from '../../store/store.js';
import styles from './StartBytes.module.css';

interface Run {
  readonly kind: Kind;
  readonly bytes: Uint8Array;
}

const MAGIC_BYTES = 4;
const { main } = networks;

function inTheClear(start: Uint8Array): Run[] {
  return [
    { kind: kinds.magic, bytes: start.subarray(0, MAGIC_BYTES) },
    { kind: kinds.type, bytes: start.subarray(MAGIC_BYTES) },
  ];
}

/** The first 16 bytes of each transport: what somebody on the way has to recognise it by. */
export function StartBytes() {
  const key = useKeyStart();
  return (
    <figure className={styles.figure}>
      <figcaption>The first {V1_PREFIX_BYTES} bytes, as anybody on the way sees them</figcaption>
      <dl className={styles.rows}>
        <Row
          name="v1"
          runs={inTheClear(v1Prefix(main))}
          says="always these, on mainnet: magic, then a command in the clear"
        />
        <Row
          name="BIP151"
          runs={inTheClear(concatBytes(main.magic, encodeTypeField('encinit')))}
          says="always these: only the command is another"
        />
        <Row name="v2" runs={[{ kind: kinds.ellswift, bytes: key.bytes }]} says={key.says} />
      </dl>
    </figure>
  );
}

/** The session’s own where there is one. Otherwise drawn: any 64 bytes are a key, so that these begin one as well. */
function useKeyStart(): { bytes: Uint8Array; says: string } {
  const sent = usePage(({ connection }) =>
    connection.steps.find(({ step, direction }) => step === 'key' && direction === 'sent'),
  );
  const [drawn] = useState(() => systemRandom(V1_PREFIX_BYTES));
  return sent
    ? {
        bytes: sent.bytes.subarray(0, V1_PREFIX_BYTES),
        says: 'those of the session on screen; each connection has others',
      }
    : { bytes: drawn, says: 'drawn at random just now: any bytes begin a key' };
}

function Row({ name, runs, says }: { name: string; runs: readonly Run[]; says: string }) {
  return (
    <div className={styles.row}>
      <dt>{name}</dt>
      <dd>
        <ol className={styles.runs}>
          {runs.map(({ kind, bytes }) => (
            <li key={kind.letter} className={`${field.field} ${field[kind.look]} ${styles.run}`}>
              <span className={styles.kind}>
                <FieldMark kind={kind} /> {kind.label}
              </span>
              <code>{toHex(bytes).replace(/..(?=.)/g, '$& ')}</code>
              <code className={styles.text}>{readable(bytes)}</code>
            </li>
          ))}
        </ol>
        <p className={styles.says}>{says}</p>
      </dd>
    </div>
  );
}

/** As a program that looks for words shows it: a dot for what is no letter. */
const readable = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '·')).join('');
