import { useCallback, useReducer, useState } from 'react';
import { count } from '../../format.js';
import { ask } from '../../store/client.js';
import type { Preview } from '../../worker/compose/protocol.js';
import type { FieldPlace } from '../../worker/protocol.js';
import { Fields } from '../messages/Fields.js';
import { FieldTree, type FieldRow } from '../messages/field-tree.js';
import { HexDump } from '../messages/HexDump.js';

/** The payload by its fields and by its bytes. The field of the form that somebody is in is marked in both. */
export function PayloadBytes({ preview, focused }: { preview: Preview; focused: string }) {
  return <Bytes key={preview.number} preview={preview} focused={focused} />;
}

function Bytes({ preview, focused }: { preview: Preview; focused: string }) {
  const { payload, number } = preview;
  const [tree] = useState(() => new FieldTree(preview.fields));
  const [version, changed] = useReducer((before: number) => before + 1, 0);
  const [chosen, setChosen] = useState<FieldRow | undefined>(() => rowNamed(tree, focused));
  const [hovered, setHovered] = useState<FieldRow>();
  const [was, setWas] = useState(focused);
  if (was !== focused) {
    setWas(focused);
    setChosen(rowNamed(tree, focused));
  }
  const toggle = ({ path, open }: FieldRow) => {
    if (open) tree.close(path);
    else tree.open(path);
    changed();
  };
  const fetch = useCallback(
    async (places: FieldPlace[]) => {
      for (const place of places) {
        const page = await ask('composeFields', { preview: number, ...place });
        if (page) tree.add(page);
      }
      changed();
    },
    [number, tree],
  );
  const pickByte = async (offset: number) => {
    const found = await ask('composeFieldAt', { preview: number, offset });
    if (found === undefined) return;
    for (const page of found.pages) {
      tree.open(page.path);
      tree.add(page);
    }
    const at = tree.rowOf(found.path);
    changed();
    if (at !== undefined) setChosen(tree.rowAt(at));
  };
  const at = chosen === undefined ? -1 : (tree.rowOf(chosen.path) ?? -1);
  const row = at >= 0 ? tree.rowAt(at) : undefined;
  return (
    <>
      {tree.length > 0 && (
        <Fields
          tree={tree}
          version={version}
          chosen={at}
          onChoose={setChosen}
          onHover={setHovered}
          onToggle={toggle}
          onMissing={(places) => void fetch(places)}
        />
      )}
      <HexDump
        label={`Payload, ${count(payload.length, 'byte')}, in hex`}
        bytes={payload}
        marked={hovered?.field ?? row?.field}
        revealed={row?.field}
        onByte={tree.length > 0 ? (offset) => void pickByte(offset) : undefined}
      />
    </>
  );
}

/** As far as it stands open. */
function rowNamed(tree: FieldTree, place: string): FieldRow | undefined {
  if (place === '') return undefined;
  for (let at = 0; at < tree.length; at++) {
    const row = tree.rowAt(at);
    if (row.place === place) return row;
  }
  return undefined;
}
