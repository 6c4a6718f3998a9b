import { lazy, type ComponentType } from 'react';
import { onDemand } from './components/on-demand.js';
import { Connect } from './screens/connect/Connect.js';

const handshake = onDemand(() => import('./screens/handshake/Handshake.js').then((m) => m.Handshake));

/** Where a first connection leads: loaded right after what is on screen first, and there before it is asked for. */
export const prepareNextScreen = handshake.prepare;

/** The one list of screens: routes, navigation, keys and titles come from it. */
export interface Screen {
  /** Its route; what follows it, '/handshake/2', belongs to the screen. */
  readonly path: string;
  readonly name: string;
  /** After `g`. */
  readonly key: string;
  readonly component: ComponentType;
}

/** What is on screen first is part of the page; the others are loaded when somebody goes there. */
export const screens: readonly Screen[] = [
  { path: '/connect', name: 'Connect', key: 'c', component: Connect },
  { path: '/handshake', name: 'Handshake', key: 'h', component: handshake.component },
  {
    path: '/stream',
    name: 'Stream',
    key: 's',
    component: lazy(() => import('./screens/stream/Stream.js').then((m) => ({ default: m.Stream }))),
  },
  {
    path: '/messages',
    name: 'Messages',
    key: 'm',
    component: lazy(() => import('./screens/messages/Messages.js').then((m) => ({ default: m.Messages }))),
  },
  {
    path: '/node',
    name: 'Node',
    key: 'n',
    component: lazy(() => import('./screens/node/Node.js').then((m) => ({ default: m.Node }))),
  },
  {
    path: '/explorer',
    name: 'Explorer',
    key: 'x',
    component: lazy(() => import('./screens/explorer/Explorer.js').then((m) => ({ default: m.Explorer }))),
  },
  {
    path: '/compose',
    name: 'Compose',
    key: 'w',
    component: lazy(() => import('./screens/compose/Compose.js').then((m) => ({ default: m.Compose }))),
  },
  {
    path: '/identity',
    name: 'Identity',
    key: 'i',
    component: lazy(() => import('./screens/identity/Identity.js').then((m) => ({ default: m.Identity }))),
  },
  {
    path: '/lab',
    name: 'Lab',
    key: 'l',
    component: lazy(() => import('./screens/lab/Lab.js').then((m) => ({ default: m.Lab }))),
  },
  {
    path: '/recordings',
    name: 'Recordings',
    key: 'o',
    component: lazy(() =>
      import('./screens/recordings/Recordings.js').then((m) => ({ default: m.Recordings })),
    ),
  },
  {
    path: '/reference',
    name: 'Reference',
    key: 'r',
    component: lazy(() => import('./screens/reference/Reference.js').then((m) => ({ default: m.Reference }))),
  },
];

/** The screen of a route. '/' is the first. */
export const screenOf = (path: string): Screen | undefined =>
  path === '/' ? screens[0] : screens.find((screen) => `${path}/`.startsWith(`${screen.path}/`));
