import { FILTER_ID } from '../../keys.js';
import styles from './Filter.module.css';
import { MAX_FILTER } from './search.js';

/** Narrows a list down; `/` goes there. */
export function Filter(props: {
  /** Of what: 'Message types'. */
  label: string;
  placeholder: string;
  text: string;
  onText: (text: string) => void;
  shown: number;
  all: number;
}) {
  const { label, text, onText } = props;
  return (
    <div role="search" aria-label={label} className={styles.bar}>
      <label>
        <span>Filter</span>
        <input
          id={FILTER_ID}
          type="search"
          value={text}
          maxLength={MAX_FILTER}
          placeholder={props.placeholder}
          onChange={(event) => onText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.preventDefault();
            if (text === '') event.currentTarget.blur();
            else onText('');
          }}
          aria-keyshortcuts="/"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      </label>
      <p role="status">
        {props.shown} of {props.all}
      </p>
    </div>
  );
}
