import { Component, Suspense, type ReactNode } from 'react';
import { Button } from './Button.js';

/** A screen that is loaded on demand: says that it comes, or that what served the page is gone. */
export class ScreenFrame extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed)
      return <Suspense fallback={<p role="status">Loading this screen …</p>}>{this.props.children}</Suspense>;
    return (
      <>
        <h1>This screen could not be shown</h1>
        <p>
          A part of the page did not load, or failed. If the bridge has stopped, start it again with{' '}
          <code>npm start</code>; then load the page again. The other screens still work.
        </p>
        <Button onClick={() => location.reload()}>Load the page again</Button>
      </>
    );
  }
}
