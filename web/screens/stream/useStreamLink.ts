import { useEffect, useRef, useState } from 'react';
import { useHashPath } from '../../route.js';
import type { RowLog } from '../../store/row-log.js';
import { isLive, type Connection } from '../../store/store.js';
import type { StreamRow } from '../../worker/protocol.js';
import { setField, useLooking } from './looking.js';
import { isAt, pathOf, placeOf, type StreamPlace } from './place.js';
import { LIST_ID, streamReading } from './stream-rows.js';

/** The path that the screen itself put into the address: no link that somebody followed. */
let written: string | undefined;
const wrote = (path: string): void => {
  written = path;
};

/** A link that was followed, and what was open before. */
interface Followed {
  readonly path: string;
  readonly place: StreamPlace | 'broken';
  readonly before: StreamRow | undefined;
}

function follow(path: string, before: StreamRow | undefined): Followed | undefined {
  const place = path === written ? 'nowhere' : placeOf(path);
  return place === 'nowhere' ? undefined : { path, place, before };
}

/**
 * The open packet and its field stand in the address. A link that was followed opens its packet as soon as the session
 * has it, unless somebody opened another; until then it stays in the address.
 */
export function useStreamLink(connection: Connection): {
  path: string;
  wrote: (path: string) => void;
  missing: string | undefined;
} {
  const [here] = useHashPath();
  const { number: session, stream, streamed } = connection;
  const selected = streamReading.useSelected(session);
  const field = useLooking((looking) => looking.field);
  const [followed, setFollowed] = useState({ here, link: follow(here, selected) });
  if (followed.here !== here) setFollowed({ here, link: follow(here, selected) });
  const { link } = followed;
  const { place } = link ?? {};
  const there = selected !== undefined && typeof place === 'object' && isAt(selected, place);
  const pending = link !== undefined && link.before === selected && !there;

  const searched = useRef<{ link: Followed; session: number; until: number } | 'done'>(undefined);
  useEffect(() => {
    searched.current = undefined;
  }, [link, session]);
  useEffect(() => {
    if (link === undefined || link.place === 'broken' || searched.current === 'done') return;
    if (!pending && !there) return;
    const from = searched.current?.session === session ? searched.current.until : 0;
    const row = find(stream, from, streamed, link.place);
    searched.current = row === undefined ? { link, session, until: streamed } : 'done';
    if (row) open(row, link.place);
  }, [link, pending, there, session, stream, streamed]);

  return {
    path: pending ? here : pathOf(selected, field),
    wrote,
    missing: pending ? words(link, connection) : undefined,
  };
}

function find(rows: RowLog<StreamRow>, from: number, end: number, place: StreamPlace): StreamRow | undefined {
  for (let index = Math.max(from, rows.first); index < end; index++) {
    const row = rows.at(index);
    if (isAt(row, place)) return row;
  }
  return undefined;
}

/** A link leads to its packet, and the keyboard goes on from there. */
function open(row: StreamRow, { field }: StreamPlace): void {
  streamReading.show(row);
  setField(field);
  document.getElementById(LIST_ID)?.focus({ preventScroll: true });
}

function words({ place, path }: Followed, { streamed, stream, state }: Connection): string | undefined {
  if (place === 'broken')
    return `This link names no packet: ${path}. One that does: #/stream/received.packet-0`;
  if (streamed === 0) return undefined;
  const name = `${place.direction}.${place.kind}-${place.number}`;
  if (stream.first > 0) return `${name} is not in this session, or no longer kept.`;
  return isLive(state) ? `This session has no ${name} yet.` : `This session has no ${name}.`;
}

/** The link as somebody may hand it on. */
export const linkOf = (row: StreamRow): string =>
  new URL(`#${pathOf(row, useLooking.getState().field)}`, location.href).href;
