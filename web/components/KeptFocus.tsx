import { Component, createRef, type ReactNode } from 'react';
import styles from './KeptFocus.module.css';

/**
 * Controls that go by themselves, when a replay ends or a node hangs up: the focus that one of them had then goes to
 * the content, instead of to nowhere. A class, since only that sees the focus right before what has it goes.
 */
export class KeptFocus extends Component<{ children: ReactNode }> {
  readonly region = createRef<HTMLSpanElement>();

  override getSnapshotBeforeUpdate(): boolean {
    return this.region.current?.contains(document.activeElement) ?? false;
  }

  override componentDidUpdate(_props: unknown, _state: unknown, had: boolean): void {
    if (had && document.activeElement === document.body)
      document.getElementById('main')?.focus({ preventScroll: true });
  }

  override render(): ReactNode {
    return (
      <span ref={this.region} className={styles.region}>
        {this.props.children}
      </span>
    );
  }
}
