import { Button } from '../../components/Button.js';
import { goTo } from '../../route.js';
import { usePage } from '../../store/store.js';
import { messageReading } from '../messages/message-rows.js';

/** The message that brought it, with its fields and bytes. */
export function ToMessage({ message }: { message: number }) {
  const { log } = usePage((page) => page.connection);
  if (message < log.first || message >= log.end) return null;
  const read = () => {
    messageReading.show(log.at(message));
    goTo('/messages');
  };
  return <Button onClick={read}>See its bytes</Button>;
}
