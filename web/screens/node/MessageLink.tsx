import type { ReactNode } from 'react';
import { filters, matcher, noFilter } from '../../components/log/filter.js';
import { goTo } from '../../route.js';
import { usePage } from '../../store/store.js';
import { messageReading } from '../messages/message-rows.js';

/** Leads to a message of the session, in Messages; where that no longer has it, the words alone. */
export function MessageLink({ message, children }: { message: number; children: ReactNode }) {
  const log = usePage((page) => page.connection.log);
  if (message < log.first || message >= log.end) return children;
  const read = () => {
    const row = log.at(message);
    const filter = messageReading.currentFilter();
    // Whatever was filtered or paused: a link leads to its message.
    if (filters(filter) && !matcher(filter, new Set(), messageReading.says)(row))
      messageReading.setFilter(noFilter);
    if (row.index >= messageReading.frozenEnd()) messageReading.resume();
    messageReading.select(row);
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
