import { useCallback, useEffect, useRef } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import styles from './App.module.css';
import { Announcer } from './components/Announcer.js';
import { ConnectionBar } from './components/ConnectionBar.js';
import { Header } from './components/Header.js';
import { HelpDialog } from './components/HelpDialog.js';
import { useKeys } from './keys.js';
import { Connect } from './screens/connect/Connect.js';
import { Handshake } from './screens/handshake/Handshake.js';
import { Messages } from './screens/messages/Messages.js';

export function App() {
  const help = useRef<HTMLDialogElement>(null);
  const openHelp = useCallback(() => help.current?.showModal(), []);
  useKeys(openHelp);
  useArrival();
  return (
    <>
      <a className={styles.skip} href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <Header openHelp={openHelp} />
      <ConnectionBar />
      <main id="main" className={styles.main} tabIndex={-1}>
        <Switch>
          <Route path="/handshake" component={Handshake} />
          <Route path="/messages" component={Messages} />
          <Route path="/connect" component={Connect} />
          <Route path="/" component={Connect} />
          <Route>
            <h1>There is no such page</h1>
            <p>
              <a href="#/connect">Go to the start</a>
            </p>
          </Route>
        </Switch>
      </main>
      <Announcer />
      <HelpDialog ref={help} />
    </>
  );
}

/** Another screen begins at its top; the focus goes there when what had it is gone. */
function useArrival(): void {
  const [path] = useLocation();
  const before = useRef(path);
  useEffect(() => {
    document.title = titles[path] ?? 'Peerglass: every byte of a v2 Bitcoin connection';
    if (before.current === path) return;
    before.current = path;
    scrollTo(0, 0);
    if (document.activeElement === document.body)
      document.getElementById('main')?.focus({ preventScroll: true });
  }, [path]);
}

const titles: { readonly [path: string]: string } = {
  '/handshake': 'Handshake · Peerglass',
  '/messages': 'Messages · Peerglass',
};

/** The hash is the route, so that a plain link to #main would leave the screen. */
function skipToMain(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
