import { useState } from 'react';
import { initialDraft, type Draft, type ListForm } from '../../../shared/messages/index.js';
import { Button } from '../../components/Button.js';
import { count, number } from '../../format.js';
import { idOf, pathOf, type Place } from './draft.js';
import { Field, Wrong } from './Field.js';
import styles from './Field.module.css';
import { useForm } from './form-context.js';

/** Entries on screen at once: more are a page further. */
const PAGE = 12;
/** Nobody comes near a larger limit by hand. */
const SAID_MAX = 50_000;

export function ListField(props: { name: string; form: ListForm; draft: Draft; place: Place; path: string }) {
  const { name, form, place, path } = props;
  const { change, problem, attempts } = useForm();
  const entries: readonly Draft[] = Array.isArray(props.draft) ? (props.draft as readonly Draft[]) : [];
  const [page, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(entries.length / PAGE));
  const from = Math.min(page, pages - 1) * PAGE;
  const wrongAt = entryOf(problem?.field, path);
  const [attempted, setAttempted] = useState(attempts);
  if (attempted !== attempts) {
    setAttempted(attempts);
    if (wrongAt !== undefined) setPage(Math.floor(wrongAt / PAGE));
  }

  const add = () => {
    change(place, [...entries, initialDraft(form.item)]);
    setPage(Math.floor(entries.length / PAGE));
    // The new entry's first control, once it is there.
    setTimeout(() => firstControl(pathOf([...place, entries.length]))?.focus());
  };
  const remove = (at: number) => {
    change(place, entries.toSpliced(at, 1));
    document.getElementById(idOf(`${path}.add`))?.focus();
  };
  return (
    <fieldset className={styles.group} data-list="">
      <legend className={styles.legend}>
        {name} <span className={styles.kind}>{count(entries.length, 'entry', 'entries')}</span>
      </legend>
      <Wrong path={path} />
      {entries.slice(from, from + PAGE).map((entry, i) => {
        const at = from + i;
        const here = [...place, at];
        return (
          <div key={at} className={styles.entry}>
            <Field name={`${name}[${at}]`} form={form.item} draft={entry} place={here} path={pathOf(here)} />
            <Button className={styles.remove} onClick={() => remove(at)} aria-label={`Remove ${name}[${at}]`}>
              Remove
            </Button>
          </div>
        );
      })}
      <p className={styles.listTools}>
        <Button id={idOf(`${path}.add`)} onClick={add} disabled={entries.length >= form.max}>
          Add to {name}
        </Button>
        {pages > 1 && (
          <>
            <Button onClick={() => setPage(from / PAGE - 1)} disabled={from === 0}>
              Before
            </Button>
            <Button onClick={() => setPage(from / PAGE + 1)} disabled={from + PAGE >= entries.length}>
              After
            </Button>
            <span className={styles.hint}>
              {number(from + 1)} to {number(Math.min(from + PAGE, entries.length))} of{' '}
              {number(entries.length)}
            </span>
          </>
        )}
        {form.max <= SAID_MAX && <span className={styles.hint}>at most {number(form.max)}</span>}
      </p>
    </fieldset>
  );
}

const firstControl = (path: string): HTMLElement | undefined =>
  [...document.querySelectorAll<HTMLElement>('[id^="compose:"]')].find(
    ({ id }) => id === idOf(path) || id.startsWith(`${idOf(path)}.`),
  );

/** The entry that a path leads into. */
function entryOf(field: string | undefined, path: string): number | undefined {
  if (!field?.startsWith(`${path}[`)) return undefined;
  return Number(/^\d+/.exec(field.slice(path.length + 1))?.[0]);
}
