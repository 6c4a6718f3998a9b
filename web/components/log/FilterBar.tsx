import type { KeyboardEvent } from 'react';
import { Button } from '../Button.js';
import { KeptFocus } from '../KeptFocus.js';
import { FILTER_ID } from '../../keys.js';
import { MAX_TEXT, noFilter, type Filter } from './filter.js';
import styles from './FilterBar.module.css';

/** The kinds of rows that are offered: types of messages, and what is called otherwise. */
export interface KindChoice {
  readonly types: readonly string[];
  readonly others: readonly (readonly [kind: string, label: string])[];
}

/** Where nothing tells one row from another. */
export const noKinds = (): KindChoice => ({ types: [], others: [] });

export function FilterBar(props: {
  filter: Filter;
  onFilter: (filter: Filter) => void;
  kinds: KindChoice;
  /** The id of the list that it filters. */
  list: string;
  name: string;
  placeholder: string;
  paused: boolean;
  /** Nothing more comes: there is nothing to pause, but to go on from a pause. */
  ended: boolean;
  onPause: () => void;
}) {
  const { filter, onFilter, paused, kinds } = props;
  // A link may ask for a kind that has not come yet.
  const awaited =
    filter.kind !== '' && ![...kinds.types, ...kinds.others.map(([kind]) => kind)].includes(filter.kind);
  const types = awaited ? [...kinds.types, filter.kind] : kinds.types;
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    if (filter.text === '') document.getElementById(props.list)?.focus({ preventScroll: true });
    else onFilter({ ...filter, text: '' });
  };
  return (
    <div role="search" aria-label={props.name} className={styles.bar}>
      <label className={styles.text}>
        <span>Filter</span>
        <input
          id={FILTER_ID}
          type="search"
          value={filter.text}
          maxLength={MAX_TEXT}
          placeholder={props.placeholder}
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
      {types.length + kinds.others.length > 0 && (
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
              {kinds.others.map(([kind, label]) => (
                <option key={kind} value={kind}>
                  {label}
                </option>
              ))}
            </optgroup>
          </select>
        </label>
      )}
      <KeptFocus>
        {(paused || !props.ended) && (
          <Button className={styles.pause} data-paused={paused ? '' : undefined} onClick={props.onPause}>
            {paused ? 'Resume' : 'Pause'}
          </Button>
        )}
      </KeptFocus>
    </div>
  );
}

export const clearFilter = (list: string, onFilter: (filter: Filter) => void): void => {
  onFilter(noFilter);
  document.getElementById(list)?.focus({ preventScroll: true });
};
