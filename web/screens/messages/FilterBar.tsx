import type { KeyboardEvent } from 'react';
import { Button } from '../../components/Button.js';
import { FILTER_ID } from '../../keys.js';
import { MAX_TEXT, noFilter, type Filter } from './filter.js';
import styles from './FilterBar.module.css';
import { LIST_ID } from './MessageList.js';
import { kindLabels } from './names.js';

/** Not messages, or messages that are not what they should be: always offered, so that nobody has to wait for one. */
const otherKinds = ['decoy', 'unknown', 'problem'];

export function FilterBar(props: {
  filter: Filter;
  onFilter: (filter: Filter) => void;
  /** The kinds that came so far. */
  kinds: readonly string[];
  paused: boolean;
  onPause: () => void;
}) {
  const { filter, onFilter, paused } = props;
  const types = props.kinds.filter((kind) => kindLabels[kind] === undefined);
  const others = [
    ...otherKinds,
    ...props.kinds.filter((kind) => kindLabels[kind] && !otherKinds.includes(kind)),
  ];
  // A link may ask for a kind that has not come yet.
  if (filter.kind !== '' && !types.includes(filter.kind) && !others.includes(filter.kind))
    types.push(filter.kind);
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    if (filter.text === '') document.getElementById(LIST_ID)?.focus({ preventScroll: true });
    else onFilter({ ...filter, text: '' });
  };
  return (
    <div role="search" aria-label="Messages" className={styles.bar}>
      <label className={styles.text}>
        <span>Filter</span>
        <input
          id={FILTER_ID}
          type="search"
          value={filter.text}
          maxLength={MAX_TEXT}
          placeholder="type, words, a hash or bytes in hex"
          onChange={(event) => onFilter({ ...filter, text: event.target.value })}
          onKeyDown={press}
          aria-keyshortcuts="/"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      </label>
      <label>
        <span>Direction</span>
        <select
          value={filter.direction}
          onChange={(event) => onFilter({ ...filter, direction: event.target.value as Filter['direction'] })}
        >
          <option value="both">both</option>
          <option value="sent">sent</option>
          <option value="received">received</option>
        </select>
      </label>
      <label>
        <span>Kind</span>
        <select value={filter.kind} onChange={(event) => onFilter({ ...filter, kind: event.target.value })}>
          <option value="">all</option>
          <optgroup label="Messages">
            {types.map((kind) => (
              <option key={kind}>{kind}</option>
            ))}
          </optgroup>
          <optgroup label="Others">
            {others.map((kind) => (
              <option key={kind} value={kind}>
                {kindLabels[kind]}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
      <Button className={styles.pause} data-paused={paused ? '' : undefined} onClick={props.onPause}>
        {paused ? 'Resume' : 'Pause'}
      </Button>
    </div>
  );
}

export const clearFilter = (onFilter: (filter: Filter) => void): void => {
  onFilter(noFilter);
  document.getElementById(LIST_ID)?.focus({ preventScroll: true });
};
