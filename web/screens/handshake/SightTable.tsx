import { seesOf } from './experts.js';
import type { LessonStep } from './steps.js';
import styles from './SightTable.module.css';

export function SightTable({ step }: { step: LessonStep }) {
  const { you, node, bridge, provider } = seesOf(step);
  const rows = [
    ['You', you],
    ['The node', node],
    ['The bridge', bridge],
    ['The internet provider', provider],
  ] as const;
  return (
    <table className={styles.table}>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">Who</th>
          <th scope="col">sees</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([who, sees]) => (
          <tr key={who}>
            <th scope="row">{who}</th>
            <td>{sees}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
