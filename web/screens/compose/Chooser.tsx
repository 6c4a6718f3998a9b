import { Link } from 'wouter';
import { messageRegistry } from '../../../shared/messages/index.js';
import { BipLink } from '../reference/BipLink.js';
import styles from './Compose.module.css';
import { groups, typesOf, type Group } from './groups.js';
import { choose, type Choice } from './store.js';

const without: readonly (readonly [choice: Choice, name: string, says: string])[] = [
  ['raw', 'any type', 'Any type in up to 12 characters, known or not, and any payload, in hex.'],
  [
    'id',
    'any one-byte id',
    'v2 says most types in one byte. Any of them, known or not, and any payload, in hex.',
  ],
  ['decoy', 'a decoy', 'A packet that means nothing: the other side checks it, and throws it away.'],
];

/** Of the list. */
export const MESSAGE_ID = 'compose-message';

/** What is composed: a list that the browser lets one search by typing. */
export function Chooser({ choice }: { choice: Choice }) {
  const id = MESSAGE_ID;
  const info = messageRegistry.get(choice);
  return (
    <div className={styles.chooser}>
      <label htmlFor={id} className={styles.label}>
        Message
      </label>
      <select
        id={id}
        className={styles.select}
        value={choice}
        aria-describedby={`${id}-about`}
        onChange={({ target }) => choose(target.value as Choice)}
      >
        {(Object.keys(groups) as Group[]).map((group) => (
          <optgroup key={group} label={groups[group]}>
            {typesOf(group).map((type) => (
              <option key={type} value={type}>
                {optionOf(type)}
              </option>
            ))}
          </optgroup>
        ))}
        <optgroup label="Without a form">
          {without.map(([choice, name]) => (
            <option key={choice} value={choice}>
              {name}
            </option>
          ))}
        </optgroup>
      </select>
      <p id={`${id}-about`} className={styles.about}>
        {info === undefined ? (
          without.find(([one]) => one === choice)?.[2]
        ) : (
          <>
            {info.purpose} {info.bip !== undefined && <BipLink bip={info.bip} />}{' '}
            <Link href={`/reference/messages/${choice}`}>Among all types</Link>
          </>
        )}
      </p>
    </div>
  );
}

function optionOf(type: string): string {
  const { shortId, purpose } = messageRegistry.get(type)!;
  return `${type}${shortId === undefined ? '' : ` (${shortId})`}: ${purpose}`;
}
