import { useState } from 'react';
import { count, number } from '../../format.js';
import { Button } from '../Button.js';
import { useDownload } from '../useDownload.js';
import styles from './Selecting.module.css';

/** A file of the rows that were chosen, and what there is to say of it. */
export interface SavedRows {
  readonly blob: Blob;
  readonly name: string;
  readonly says: string;
}

/** What can be done with the rows of a list that are chosen, while some are, or are to be. */
export function Selecting(props: {
  /** What a row is called: 'packet'. */
  unit: string;
  /** How many are chosen; those that are shown in all. */
  marked: number;
  shown: number;
  /** Changes whenever others are chosen. */
  marks: unknown;
  /** Of what a file can hold, in a sentence. */
  bound: string;
  onAll: () => void;
  onDone: () => void;
  onSave: () => Promise<SavedRows | undefined>;
}) {
  const { unit, marked, shown, marks } = props;
  /** What was said of one selection is not said of another. */
  const [outcome, setOutcome] = useState<{ readonly of: unknown; readonly says: string }>();
  const download = useDownload();
  const save = async () => {
    const say = (says: string) => setOutcome({ of: marks, says });
    say('The file is made …');
    const saved = await props.onSave();
    if (saved === undefined) return say('Not saved: the session, or what served this page, is gone.');
    download(saved.blob, saved.name);
    say(saved.says);
  };
  return (
    <div role="group" aria-label="Selection" className={styles.selection}>
      <p className={styles.count} role="status">
        {marked === 0 ? `Choose the ${unit}s to save.` : `${count(marked, unit)} selected.`}
      </p>
      <Button primary className={styles.save} disabled={marked === 0} onClick={() => void save()}>
        Save as JSON Lines
      </Button>
      <Button disabled={shown === 0} onClick={props.onAll}>
        {shown === 1 ? 'The one shown' : `All ${number(shown)} shown`}
      </Button>
      <Button onClick={props.onDone}>Done</Button>
      <p className={styles.says} role="status">
        {outcome?.of === marks ? outcome?.says : props.bound}
      </p>
    </div>
  );
}
