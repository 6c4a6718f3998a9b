import { useState } from 'react';
import { Link } from 'wouter';
import { FieldMark } from '../../components/FieldMark.js';
import { Ribbon, type RibbonField } from '../../components/Ribbon.js';
import { count, since, wallClock } from '../../format.js';
import { kinds } from '../../kinds.js';
import { usePage } from '../../store/store.js';
import type { Greeting } from '../../worker/protocol.js';
import { Card } from './Card.js';
import { FieldList } from './FieldList.js';
import styles from './Handshake.module.css';
import step from './Step.module.css';

/** In place of a handshake: over v1 there is none, and this is what everyone on the way sees. */
export function Unencrypted() {
  const { greetings, peer, number, recording } = usePage((page) => page.connection);
  return (
    <>
      <div className={styles.plain}>
        <p>
          v1 has no handshake: no keys, no garbage, nothing to compare. Each message crosses as it is, behind
          a header of 24 bytes whose first four name the network. Whoever sees these bytes knows that this is
          Bitcoin, reads along, and can change what they like: the checksum shows accidents alone.
        </p>
        {peer?.services.includes('P2P_V2') && (
          <p>
            <strong>This node says that it speaks v2.</strong> That the connection with v2 was cut may be
            somebody’s doing.{' '}
            {recording ? 'A new connection can try v2 again.' : 'Disconnect, and try v2 again.'}
          </p>
        )}
      </div>
      {greetings.length > 0 && (
        <section aria-label="What is seen instead" className={styles.steps}>
          <h2>What is seen instead</h2>
          <ol className={styles.lane}>
            {greetings.map((greeting) => (
              <FirstMessage key={`${number}.${greeting.direction}`} greeting={greeting} />
            ))}
          </ol>
          <p>
            Then message after message: <Link href="/messages">read them</Link>.
          </p>
        </section>
      )}
    </>
  );
}

function FirstMessage({ greeting }: { greeting: Greeting }) {
  const { direction, at, fields } = greeting;
  const startedAt = usePage((page) => page.connection.startedAt);
  const ours = direction === 'sent';
  const size = fields.reduce((sum, { start, end }) => sum + end - start, 0);
  const shown = fields.map((field) => ({ ...field, look: kinds[field.kind] }));
  return (
    <Card
      direction={direction}
      openAtFirst={ours}
      time={
        <time className={step.time} title={wallClock(startedAt + at)}>
          {since(at)}
        </time>
      }
      heading={
        <>
          <span className={step.marks}>
            {shown.map((part) => (
              <FieldMark key={part.id} kind={part.look} />
            ))}
          </span>
          <span className={step.title}>{ours ? 'Our first message' : 'Their first message'}</span>
          <span className={step.size}>
            {count(size, 'byte')} {direction}
          </span>
        </>
      }
      body={() => <Body greeting={greeting} fields={shown} />}
    />
  );
}

function Body({ greeting, fields }: { greeting: Greeting; fields: readonly RibbonField[] }) {
  const [selected, setSelected] = useState(0);
  return (
    <div className={step.bytes}>
      <Ribbon
        label={`Bytes of the first message ${greeting.direction}`}
        bytes={greeting.bytes}
        offset={0}
        fields={fields}
        selected={selected}
        onSelect={setSelected}
      />
      <FieldList fields={fields} selected={selected} onSelect={setSelected} unencrypted />
    </div>
  );
}
