import { Button } from '../../components/Button.js';
import { open } from '../../store/client.js';
import { isLive, type Connection } from '../../store/store.js';

/** To the node of a session that is over; this screen stays, and what was filled in. */
export function ConnectAgain({ connection: { target, state } }: { connection: Connection }) {
  if (target === undefined || isLive(state)) return null;
  const again = () => {
    open(target);
    // The button goes with the session, and must not take the focus along.
    document.getElementById('main')?.focus({ preventScroll: true });
  };
  return <Button onClick={again}>Connect again</Button>;
}
