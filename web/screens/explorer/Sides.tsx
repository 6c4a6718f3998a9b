import { useState, type ReactNode } from 'react';
import { Button } from '../../components/Button.js';
import { count, number } from '../../format.js';
import { ask } from '../../store/client.js';
import type { HexView, InputView, OutputView, Side, TransactionView } from '../../worker/explore/protocol.js';
import { HashLink } from './Hash.js';
import { transactionPath } from './place.js';
import styles from './Sides.module.css';
import { btc, scriptWord } from './words.js';

export function InputSide({ view }: { view: TransactionView }) {
  const { rows, more } = useSide<InputView>(view, 'inputs');
  return (
    <section className={styles.side} aria-labelledby="inputs">
      <h2 id="inputs">{count(view.counts.inputs, 'input')}</h2>
      <ol className={styles.list}>
        {rows.map((input) => (
          <li key={input.index} className={styles.entry}>
            <Input input={input} />
          </li>
        ))}
      </ol>
      {more}
    </section>
  );
}

export function OutputSide({ view }: { view: TransactionView }) {
  const { rows, more } = useSide<OutputView>(view, 'outputs');
  return (
    <section className={styles.side} aria-labelledby="outputs">
      <h2 id="outputs">{count(view.counts.outputs, 'output')}</h2>
      <ol className={styles.list}>
        {rows.map((output) => (
          <li key={output.index} className={styles.entry}>
            <Output output={output} />
          </li>
        ))}
      </ol>
      {more}
    </section>
  );
}

/** The rows of one side, the first of which came with the transaction. */
function useSide<R extends InputView | OutputView>(view: TransactionView, side: Side) {
  const [later, setLater] = useState<readonly R[]>([]);
  const rows = [...(view[side] as readonly R[]), ...later];
  const left = view.counts[side] - rows.length;
  const load = async () => {
    const next = await ask('exploreSide', { id: view.txid, side, from: rows.length });
    if (next) setLater((before) => [...before, ...(next as readonly R[])]);
  };
  const more = left > 0 && <Button onClick={() => void load()}>Show more, {number(left)} are left</Button>;
  return { rows, more };
}

function Input({ input }: { input: InputView }) {
  const { outpoint, spends, script, witness, moreWitness } = input;
  return (
    <>
      <p className={styles.line}>
        <span className={styles.who}>
          {outpoint ? (
            <HashLink hash={outpoint.txid} suffix={`:${outpoint.vout}`} to={transactionPath(outpoint.txid)} />
          ) : (
            'new coins: spends nothing'
          )}
        </span>
        {spends && <Amount value={spends.value} />}
      </p>
      {spends && (
        <p className={styles.address}>
          <code>{scriptWord(spends.name)}</code>
        </p>
      )}
      <p className={styles.quiet}>
        Sequence <code>0x{input.sequence.toString(16).padStart(8, '0')}</code>: {input.sequenceSays}
      </p>
      <details className={styles.more}>
        <summary>
          {script.bytes === 0 ? 'No script' : `Script of ${count(script.bytes, 'byte')}`},{' '}
          {witness.length === 0 ? 'no witness' : `witness of ${count(witness.length + moreWitness, 'item')}`}
        </summary>
        <dl>
          {script.bytes > 0 && (
            <>
              <dt>Script, disassembled</dt>
              <dd>
                <code>{script.asm}</code>
              </dd>
              <dt>Script, in hex</dt>
              <dd>
                <Hex of={script} />
              </dd>
            </>
          )}
          {witness.map((item, at) => (
            <Item key={at} name={`Witness ${at}`}>
              {item.bytes === 0 ? 'empty' : <Hex of={item} />}
            </Item>
          ))}
          {moreWitness > 0 && <Item name="Witness">{count(moreWitness, 'item')} more</Item>}
        </dl>
      </details>
    </>
  );
}

function Output({ output }: { output: OutputView }) {
  const { index, value, type, coreType, address, script } = output;
  return (
    <>
      <p className={styles.line}>
        <span className={styles.who}>
          <span className={styles.index}>{number(index)}</span> {scriptWord(type)}
        </span>
        <Amount value={value} />
      </p>
      {address && (
        <p className={styles.address}>
          <code>{address}</code>
        </p>
      )}
      <details className={styles.more}>
        <summary>Script of {count(script.bytes, 'byte')}</summary>
        <dl>
          <dt>Disassembled</dt>
          <dd>
            <code>{script.asm === '' ? 'no bytes' : script.asm}</code>
          </dd>
          <dt>In hex</dt>
          <dd>
            <Hex of={script} />
          </dd>
          <dt>Type, as Bitcoin Core calls it</dt>
          <dd>
            <code>{coreType}</code>
          </dd>
        </dl>
      </details>
    </>
  );
}

function Item({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

const Amount = ({ value }: { value: bigint }) => (
  <span className={styles.amount}>
    <code>{btc(value)}</code> BTC
  </span>
);

const Hex = ({ of: { hex, bytes } }: { of: HexView }) => (
  <code>
    {hex}
    {hex.length < 2 * bytes && `… (${count(bytes, 'byte')})`}
  </code>
);
