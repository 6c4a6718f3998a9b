import { Button } from '../../components/Button.js';
import { goTo } from '../../route.js';
import { usePage } from '../../store/store.js';
import { messageReading } from '../messages/message-rows.js';

/** The same packet as a message, with its fields. */
export function ToMessage({ message }: { message: number }) {
  const { log } = usePage((page) => page.connection);
  if (message < log.first) return null;
  const read = () => {
    messageReading.show(log.at(message));
    goTo('/messages');
  };
  return <Button onClick={read}>Read it as a message</Button>;
}
