import { useCallback, useReducer, useState } from 'react';
import { CopyButton } from '../../components/CopyButton.js';
import { count, number } from '../../format.js';
import { ask } from '../../store/client.js';
import type { MessageRow } from '../../store/row-kinds.js';
import type { FieldPlace, MessageDetail } from '../../worker/protocol.js';
import { toHex } from '../../../shared/bytes.js';
import styles from './Detail.module.css';
import { FieldTree, type FieldRow } from './field-tree.js';
import { Fields } from './Fields.js';
import { HexDump } from './HexDump.js';

/** The typed tree and the bytes, linked both ways: a field marks its bytes, a byte chooses its innermost field. */
export function FieldsAndBytes(props: { row: MessageRow; detail: MessageDetail; label: string }) {
  const { row, detail, label } = props;
  const message = row.index;
  const { payload } = detail;
  const [tree] = useState(() => new FieldTree(detail.fields));
  const [version, changed] = useReducer((before: number) => before + 1, 0);
  const [chosen, setChosen] = useState<FieldRow>();
  const [hovered, setHovered] = useState<FieldRow>();
  /** Chosen in the tree, and so not necessarily in sight among the bytes. */
  const [inTree, setInTree] = useState(false);

  const choose = (picked: FieldRow) => {
    setChosen(picked);
    setInTree(true);
  };
  const toggle = ({ path, open }: FieldRow) => {
    if (open) tree.close(path);
    else tree.open(path);
    // What stood inside a field that closes is not chosen any longer: the field itself is.
    if (open && chosen && chosen.path.length > path.length && path.every((at, i) => chosen.path[i] === at))
      setChosen(tree.rowAt(tree.rowOf(path)!));
    changed();
  };
  const fetch = useCallback(
    async (places: FieldPlace[]) => {
      for (const place of places) {
        const page = await ask('fields', { message, ...place });
        if (page) tree.add(page);
      }
      changed();
    },
    [message, tree],
  );
  const pickByte = async (offset: number) => {
    const found = await ask('fieldAt', { message, offset });
    if (found === undefined) return;
    for (const page of found.pages) {
      tree.open(page.path);
      tree.add(page);
    }
    const at = tree.rowOf(found.path);
    changed();
    if (at !== undefined) setChosen(tree.rowAt(at));
    setInTree(false);
  };

  const at = chosen === undefined ? -1 : (tree.rowOf(chosen.path) ?? -1);
  // Read again: it may have been chosen before the worker had told of it.
  const shown = at >= 0 ? tree.rowAt(at) : undefined;
  return (
    <>
      {tree.length === 0 ? (
        <p className={styles.facts}>
          {label}, {count(payload.length, 'byte')}:
        </p>
      ) : (
        <>
          <Fields
            tree={tree}
            version={version}
            chosen={at}
            onChoose={choose}
            onHover={setHovered}
            onToggle={toggle}
            onMissing={(places) => void fetch(places)}
          />
          <Chosen row={shown} payload={payload} />
        </>
      )}
      <HexDump
        label={`${label}, ${count(payload.length, 'byte')}, in hex`}
        bytes={payload}
        marked={hovered?.field ?? shown?.field}
        revealed={inTree ? shown?.field : undefined}
        onByte={tree.length > 0 ? (offset) => void pickByte(offset) : undefined}
      />
    </>
  );
}

/** The chosen field, in words. It always takes its room, so that choosing moves nothing. */
function Chosen({ row, payload }: { row: FieldRow | undefined; payload: Uint8Array }) {
  const field = row?.field;
  if (field === undefined)
    return <p className={styles.chosen}>Choose a field to see its bytes, or a byte to see its field.</p>;
  const bytes = field.end - field.start;
  return (
    <div className={styles.chosen}>
      <p>
        <code className={styles.place}>{row?.place}</code> <span className={styles.kind}>{field.kind}</span>{' '}
        {bytes === 0 ? 'no bytes' : `${count(bytes, 'byte')} at ${number(field.start)}`}
      </p>
      {/* It may be longer than its room: then keys scroll it. */}
      <p role="group" aria-label="Value" tabIndex={0}>
        <code className={styles.said}>{field.value}</code>
      </p>
      <CopyButton text={() => toHex(payload.subarray(field.start, field.end))} label="Copy its hex" />
    </div>
  );
}
