import { useRef, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import { Button } from './Button.js';
import styles from './Panes.module.css';

/** A list, and beside it (or where it is narrow, in a sheet below) what is open of it. */
export function Panes({ list, open }: { list: ReactNode; open: ReactNode }) {
  return (
    <div className={styles.panes} data-open={open ? '' : undefined}>
      {list}
      {open}
    </div>
  );
}

/** One entry of a list, opened: beside the list or, where it is narrow, a sheet that lies over its end. */
export function Pane(props: {
  label: string;
  /** Stays in sight while a sheet is scrolled. */
  head: ReactNode;
  onClose: () => void;
  /** Beside the list something is always open, and nothing closes it; as a sheet it is there when it is open. */
  stays?: { readonly open: boolean };
  ref?: Ref<HTMLElement>;
  children: ReactNode;
}) {
  const { label, head, onClose, stays, ref, children } = props;
  const button = useRef<HTMLButtonElement>(null);
  const press = (event: KeyboardEvent) => {
    // What has no button to close it, at this width, closes by no key.
    if (event.key === 'Escape' && button.current?.checkVisibility()) onClose();
  };
  return (
    <section
      ref={ref}
      className={styles.pane}
      aria-label={label}
      data-stays={stays && (stays.open ? 'open' : 'closed')}
      onKeyDown={press}
    >
      <div className={styles.head}>
        {head}
        <Button ref={button} className={styles.close} onClick={onClose}>
          Close
        </Button>
      </div>
      {children}
    </section>
  );
}
