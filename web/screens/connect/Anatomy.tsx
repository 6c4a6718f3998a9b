import { FieldMark } from '../../components/FieldMark.js';
import field from '../../components/field.module.css';
import { Term } from '../../components/Term.js';
import { decoy, kinds, type Kind } from '../../kinds.js';
import type { TermId } from '../reference/glossary.js';
import styles from './Anatomy.module.css';

interface Part {
  readonly kind: Kind;
  readonly name: string;
  readonly term: TermId;
  readonly size: string;
  readonly says: string;
  /** Relative width in the drawing. */
  readonly width: 1 | 2 | 3 | 4;
}

const opening: readonly Part[] = [
  {
    kind: kinds.ellswift,
    name: 'Key',
    term: 'ellswift',
    size: '64 bytes',
    says: 'a public key in disguise: it looks random',
    width: 3,
  },
  {
    kind: kinds.garbage,
    name: 'Garbage',
    term: 'garbage',
    size: '0–4095 bytes',
    says: 'random bytes, so that no length gives it away',
    width: 4,
  },
  {
    kind: kinds.terminator,
    name: 'Terminator',
    term: 'garbage-terminator',
    size: '16 bytes',
    says: 'ends the garbage; only the two peers can know it',
    width: 2,
  },
];

const packet: readonly Part[] = [
  {
    kind: kinds.length,
    name: 'Length',
    term: 'length',
    size: '3 bytes',
    says: 'of the contents, encrypted too',
    width: 1,
  },
  {
    kind: kinds.header,
    name: 'Header',
    term: 'header',
    size: '1 byte',
    says: 'one bit of it marks a decoy',
    width: 1,
  },
  {
    kind: kinds.contents,
    name: 'Contents',
    term: 'contents',
    size: '0 bytes and up',
    says: 'a Bitcoin message',
    width: 3,
  },
  {
    kind: kinds.tag,
    name: 'Tag',
    term: 'tag',
    size: '16 bytes',
    says: 'fails if any bit was changed',
    width: 2,
  },
];

/** What will cross the wire, as a drawing: no bytes here, since none have crossed. It is also the legend. */
export function Anatomy() {
  return (
    <section className={styles.anatomy} aria-labelledby="anatomy">
      <h2 id="anatomy">What crosses the wire, each way</h2>
      <Row caption="First, once" parts={opening} />
      <Row caption="Then packet after packet" parts={packet} />
      <p className={styles.decoys}>
        <FieldMark kind={decoy} />
        <span>
          A packet whose header says so is a <Term id="decoy">decoy</Term>: its contents mean nothing.
          Peerglass hatches decoys and never hides them.
        </span>
      </p>
    </section>
  );
}

function Row({ caption, parts }: { caption: string; parts: readonly Part[] }) {
  return (
    <div className={styles.row}>
      <h3 className={styles.caption}>{caption}</h3>
      <ol className={styles.parts}>
        {parts.map(({ kind, name, term, size, says, width }) => (
          <li key={name} className={styles.part} data-width={width}>
            <div className={`${field.field} ${field[kind.look]} ${styles.block}`} aria-hidden="true">
              {kind.letter}
            </div>
            <div className={styles.text}>
              <strong>
                <Term id={term}>{name}</Term>
              </strong>{' '}
              <span className={styles.size}>{size}</span>
              <p>{says}</p>
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}
