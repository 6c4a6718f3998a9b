import { memo, useId, useMemo, useState, type KeyboardEvent } from 'react';
import {
  EncodeError,
  type Draft,
  type Form,
  type LeafForm,
  type StructForm,
} from '../../../shared/messages/index.js';
import { idOf, partOf, pathOf, type Place } from './draft.js';
import styles from './Field.module.css';
import { useForm } from './form-context.js';
import { ListField } from './ListField.js';

/** A field of a message, and all within it, from its layout. @param path of `place`, which it stands for */
export const Field = memo(
  function Field(props: { name: string; form: Form; draft: Draft; place: Place; path: string }) {
    const { form, place, path } = props;
    switch (form.form) {
      case 'leaf':
        return <Leaf {...props} form={form} />;
      case 'list':
        return <ListField {...props} form={form} />;
      case 'struct':
        return (
          <fieldset className={styles.group}>
            <legend className={styles.legend}>{props.name}</legend>
            <Wrong path={path} />
            <StructFields form={form} draft={props.draft} place={place} />
          </fieldset>
        );
    }
  },
  (a, b) => a.form === b.form && a.draft === b.draft && a.path === b.path && a.name === b.name,
);

export function StructFields({ form, draft, place }: { form: StructForm; draft: Draft; place: Place }) {
  const { change } = useForm();
  const end = form.places.length > 0 ? endOf(draft) : '';
  const names = form.fields.map(({ name }) => name);
  const shown = end === '' ? form.fields : form.fields.slice(0, names.indexOf(end));
  const id = useId();
  return (
    <div className={styles.fields}>
      {shown.map(({ name, formIn }) => {
        const field = formIn(draft);
        const at = [...place, name];
        return (
          <Field
            key={name}
            name={name}
            form={field}
            draft={partOf(draft, name, field)}
            place={at}
            path={pathOf(at)}
          />
        );
      })}
      {form.places.length > 0 && (
        <div className={styles.field}>
          <label htmlFor={id}>Ends before</label>
          <select
            id={id}
            className={styles.input}
            value={end}
            onChange={({ target }) => change([...place, 'omittedFrom'], target.value || undefined)}
          >
            <option value="">nothing: it is whole</option>
            {form.places.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          <p className={styles.hint}>Old peers end it early; what is missing is assumed.</p>
        </div>
      )}
    </div>
  );
}

const endOf = (draft: Draft): string =>
  typeof draft === 'object' && 'omittedFrom' in draft ? String(draft.omittedFrom) : '';

/** What is wrong with a list or a group as a whole. */
export function Wrong({ path }: { path: string }) {
  const { problem, attempts } = useForm();
  if (problem === undefined || attempts === 0 || problem.field !== path) return null;
  return <p className={styles.wrong}>{sentenceOf(problem.message)}</p>;
}

export const sentenceOf = (reason: string): string =>
  `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${/[.!?]$/.test(reason) ? '' : '.'}`;

/** Where they are long, and mean nothing to the eye, all of them are in sight. */
const longKinds: ReadonlySet<string> = new Set([
  'hash',
  'bytes',
  'varBytes',
  'script',
  'filter',
  'varString',
]);
const isLong = ({ kind, hint }: LeafForm): boolean => longKinds.has(kind) || /hex (of|digits)/.test(hint);
const isTruth = ({ choices }: LeafForm): boolean => choices.join() === 'true,false';

function Leaf({
  name,
  form,
  draft,
  place,
  path,
}: {
  name: string;
  form: LeafForm;
  draft: Draft;
  place: Place;
  path: string;
}) {
  const { change, focus, problem, attempts } = useForm();
  const [left, setLeft] = useState(false);
  const text = typeof draft === 'object' ? '' : String(draft);
  const own = useMemo(() => wrongWith(form, text), [form, text]);
  const found = problem?.field === path ? problem.message : undefined;
  const shown = attempts > 0 || left ? (own ?? (attempts > 0 ? found : undefined)) : undefined;
  const id = idOf(path);
  const common = {
    id,
    className: styles.input,
    value: text,
    'aria-invalid': shown !== undefined,
    'aria-describedby': `${id}-hint ${id}-wrong`,
    onFocus: () => focus(path),
    onBlur: () => setLeft(true),
    autoComplete: 'off',
    autoCapitalize: 'none',
    spellCheck: false,
  };
  const take = (value: string) => change(place, value);
  const long = isLong(form);
  return (
    <div className={styles.field} data-long={long ? '' : undefined}>
      <label htmlFor={id}>
        {name} <span className={styles.kind}>{form.kind}</span>
      </label>
      {isTruth(form) ? (
        <select {...common} onChange={({ target }) => take(target.value)}>
          {!form.choices.includes(text) && <option value={text}>{text}</option>}
          {form.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : long ? (
        <textarea
          {...common}
          rows={1}
          onChange={({ target }) => take(target.value)}
          onKeyDown={sendOnEnter}
        />
      ) : (
        <input
          {...common}
          type="text"
          list={form.choices.length > 0 ? `${id}-choices` : undefined}
          onChange={({ target }) => take(target.value)}
        />
      )}
      {form.choices.length > 0 && !isTruth(form) && (
        <datalist id={`${id}-choices`}>
          {form.choices.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
      <p id={`${id}-hint`} className={styles.hint}>
        {form.hint.replace(/,$/, '')}
      </p>
      <p id={`${id}-wrong`} className={styles.wrong}>
        {shown !== undefined && sentenceOf(shown)}
      </p>
    </div>
  );
}

/** No value has lines: Enter sends, as in every other field. */
export function sendOnEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.metaKey) return;
  if (event.nativeEvent.isComposing) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}

function wrongWith(form: LeafForm, text: string): string | undefined {
  try {
    form.parse(text);
    return undefined;
  } catch (error) {
    if (error instanceof EncodeError) return error.reason;
    throw error;
  }
}
