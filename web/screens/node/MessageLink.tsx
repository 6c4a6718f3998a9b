import type { ReactNode } from 'react';
import { goTo } from '../../route.js';
import { usePage } from '../../store/store.js';
import { messageReading } from '../messages/message-rows.js';

/** Leads to a message of the session, in Messages; where that no longer has it, the words alone. */
export function MessageLink({ message, children }: { message: number; children: ReactNode }) {
  const log = usePage((page) => page.connection.log);
  if (message < log.first || message >= log.end) return children;
  const read = () => {
    messageReading.show(log.at(message));
    goTo('/messages');
  };
  return (
    <a
      href="#/messages"
      onClick={(event) => {
        event.preventDefault();
        read();
      }}
    >
      {children}
    </a>
  );
}
