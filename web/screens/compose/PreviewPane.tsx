import { useState } from 'react';
import { toHex } from '../../../shared/bytes.js';
import { messageRegistry } from '../../../shared/messages/index.js';
import { CopyButton } from '../../components/CopyButton.js';
import { OnTheWire } from '../../components/OnTheWire.js';
import { Ribbon } from '../../components/Ribbon.js';
import { Term } from '../../components/Term.js';
import { count, number } from '../../format.js';
import { kinds } from '../../kinds.js';
import type { Composed, NoPacket, PacketPreview, Preview, Previewed } from '../../worker/compose/protocol.js';
import { seen, type View } from '../stream/views.js';
import styles from './Preview.module.css';
import { PayloadBytes } from './PayloadBytes.js';

/** What it would be if it were sent now: its payload by fields, and the packet. */
export function PreviewPane(props: {
  previewed: Previewed | 'gone' | undefined;
  composed: Composed;
  /** The field of the form that somebody is in. */
  focused: string;
}) {
  const { previewed, focused } = props;
  const state = typeof previewed !== 'object' ? 'none' : previewed.ok ? 'made' : 'wrong';
  return (
    <section className={styles.pane} aria-label="Preview" data-preview={state}>
      <h2>What it becomes</h2>
      {typeof previewed === 'object' && previewed.ok && (
        <Made preview={previewed.preview} composed={props.composed} focused={focused} />
      )}
      {state === 'wrong' && (
        <p className={styles.soft}>As soon as every field can be read, its bytes appear here.</p>
      )}
    </section>
  );
}

function Made(props: { preview: Preview; composed: Composed; focused: string }) {
  const { preview, composed, focused } = props;
  const about = 'type' in composed ? messageRegistry.get(composed.type) : undefined;
  const { packet, payload, malformed, protocol } = preview;
  return (
    <>
      {packet.role !== 'decoy' && (
        <div className={styles.part}>
          <h3>
            Payload, {count(packet.payloadBytes, 'byte')}
            {payload.length > 0 && (
              <span className={styles.copy}>
                <CopyButton text={() => toHex(payload)} label="Copy as hex" />
              </span>
            )}
          </h3>
          {malformed !== undefined && (
            <p className={styles.malformed}>It is not what its type says: {malformed}.</p>
          )}
          {payload.length === 0 ? (
            <p className={styles.soft}>It has none.</p>
          ) : (
            <PayloadBytes preview={preview} focused={focused} />
          )}
        </div>
      )}
      <div className={styles.part}>
        <h3>{protocol === 'v1' ? 'The message as it goes out' : 'Packet'}</h3>
        <OnTheWire row={packet} protocol={protocol} {...(about && { about })} />
        <Packet packet={packet} />
      </div>
    </>
  );
}

function Packet({ packet }: { packet: PacketPreview }) {
  if (packet.state === 'none') return <p className={styles.soft}>{noPacket[packet.why]}</p>;
  if (packet.state === 'v1') return <V1Bytes packet={packet} />;
  return <Sealed packet={packet} />;
}

const noPacket: { readonly [W in NoPacket]: string } = {
  'no-session':
    'Its ciphertext is another one in every session: open one, and it stands here before it is sent.',
  recording: 'A recording is over: no packet follows in it. In a live session its ciphertext stands here.',
  over: 'The session is over: no packet follows in it. In the next one its ciphertext stands here.',
  'not-ready': 'The session is not ready yet. Its ciphertext stands here as soon as it is.',
  'too-large': 'It is too large to be encrypted for a look.',
};

const shown: readonly (readonly [view: View, name: string])[] = [
  ['decrypted', 'Before encryption'],
  ['wire', 'On the wire'],
];

function Sealed({ packet }: { packet: PacketPreview & { state: 'sealed' } }) {
  const { row, detail, epoch } = packet;
  const [selected, setSelected] = useState(0);
  return (
    <>
      <p className={styles.soft}>
        The next <Term id="packet">packet</Term> of ours is number {number(row.packet)}: in{' '}
        <Term id="key-epoch">key epoch</Term> {number(epoch)}, packet {number(row.packet % 224)} of 224. The
        keys of now give these bytes; nothing is used up by looking. Whatever is sent before makes them
        others.
      </p>
      {shown.map(([view, name]) => {
        const { bytes, fields } = seen(row, detail, view);
        // The tag comes out of the encryption: before there is none.
        const last = view === 'decrypted' ? fields.filter(({ kind }) => kind !== 'tag') : fields;
        const cut = bytes.subarray(0, last.at(-1)?.end ?? 0);
        return (
          <div key={view} className={styles.bytes} data-view={view}>
            <h4>{name}</h4>
            <Ribbon
              label={`${name}, ${count(cut.length, 'byte')}`}
              bytes={cut}
              offset={0}
              fields={last}
              selected={Math.min(selected, last.length - 1)}
              onSelect={setSelected}
            />
            {view === 'wire' && (
              <CopyButton text={() => toHex(bytes)} label={`Copy ${count(bytes.length, 'byte')} as hex`} />
            )}
          </div>
        );
      })}
      <p className={styles.soft}>
        <Term id="nonce">Nonce</Term> <code data-testid="nonce">{toHex(detail.nonce)}</code>
      </p>
    </>
  );
}

function V1Bytes({ packet: { bytes, fields } }: { packet: PacketPreview & { state: 'v1' } }) {
  const [selected, setSelected] = useState(0);
  const looks = fields.map((field) => ({ ...field, look: kinds[field.kind] }));
  return (
    <>
      <p className={styles.soft}>{fields[selected]?.meaning}</p>
      <Ribbon
        label={`On the wire, ${count(bytes.length, 'byte')}`}
        bytes={bytes}
        offset={0}
        fields={looks}
        selected={selected}
        onSelect={setSelected}
      />
    </>
  );
}
