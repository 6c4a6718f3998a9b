import type { Composed } from '../../worker/compose/protocol.js';
import { idOf } from './draft.js';
import { sendOnEnter, sentenceOf } from './Field.js';
import fields from './Field.module.css';
import { useForm } from './form-context.js';
import { edit } from './store.js';

/** What has no form: a type or an id and bytes, or how many of them. */
export function RawFields({ composed }: { composed: Exclude<Composed, { kind: 'form' }> }) {
  return (
    <div className={fields.fields}>
      {composed.kind === 'raw' && (
        <Text
          name="type"
          hint="1 to 12 characters of printable ASCII"
          value={composed.type}
          onChange={(type) => edit({ ...composed, type })}
        />
      )}
      {composed.kind === 'id' && (
        <Text
          name="id"
          hint="a whole number from 1 to 255"
          value={composed.id}
          onChange={(id) => edit({ ...composed, id })}
        />
      )}
      {composed.kind === 'decoy' ? (
        <Text
          name="length"
          hint="bytes, from 0 to 16,777,215; real nodes take up to 4,000,013"
          value={composed.length}
          onChange={(length) => edit({ ...composed, length })}
        />
      ) : (
        <Text
          name="payload"
          long
          hint="hex, at most 4,000,000 bytes; (bytes)*times for what repeats, as (00ff)*1000"
          value={composed.payload}
          onChange={(payload) => edit({ ...composed, payload })}
        />
      )}
    </div>
  );
}

function Text(props: {
  name: string;
  hint: string;
  value: string;
  long?: boolean;
  onChange: (text: string) => void;
}) {
  const { name, value, onChange } = props;
  const { problem, attempts } = useForm();
  const id = idOf(name);
  const wrong = problem?.field === name && (attempts > 0 || value !== '') ? problem.message : undefined;
  const common = {
    id,
    className: fields.input,
    value,
    'aria-invalid': wrong !== undefined,
    'aria-describedby': `${id}-hint ${id}-wrong`,
    autoComplete: 'off',
    autoCapitalize: 'none',
    spellCheck: false,
  };
  return (
    <div className={fields.field} data-long={props.long ? '' : undefined}>
      <label htmlFor={id}>{name}</label>
      {props.long ? (
        <textarea
          {...common}
          rows={3}
          onChange={({ target }) => onChange(target.value)}
          onKeyDown={sendOnEnter}
        />
      ) : (
        <input {...common} type="text" onChange={({ target }) => onChange(target.value)} />
      )}
      <p id={`${id}-hint`} className={fields.hint}>
        {props.hint}
      </p>
      <p id={`${id}-wrong`} className={fields.wrong}>
        {wrong !== undefined && sentenceOf(wrong)}
      </p>
    </div>
  );
}
