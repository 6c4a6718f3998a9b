import { ruleOf } from './experts.js';
import type { LessonStep } from './steps.js';
import styles from './Rule.module.css';

export function Rule({ step }: { step: LessonStep }) {
  const { text, section } = ruleOf(step);
  return (
    <div>
      <p>{text}</p>
      <p className={styles.source}>BIP324, {section}</p>
    </div>
  );
}
