import type { ComponentProps } from 'react';
import styles from './Button.module.css';

export function Button({ primary, className, ...rest }: ComponentProps<'button'> & { primary?: boolean }) {
  const look = primary ? styles.primary : styles.secondary;
  return (
    <button type="button" {...rest} className={[styles.button, look, className].filter(Boolean).join(' ')} />
  );
}
