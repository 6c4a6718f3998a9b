import { useCallback, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import styles from './App.module.css';
import { scrollToPlace } from './arrival.js';
import { Announcer } from './components/Announcer.js';
import { ConnectionBar } from './components/ConnectionBar.js';
import { DropTarget } from './components/DropTarget.js';
import { EngineLine } from './components/EngineLine.js';
import { Header } from './components/Header.js';
import { HelpDialog } from './components/HelpDialog.js';
import { OpeningNotice } from './components/OpeningNotice.js';
import { ScreenFrame } from './components/ScreenFrame.js';
import { SessionTabs } from './components/SessionTabs.js';
import { UpdateNotice } from './components/UpdateNotice.js';
import { useKeys } from './keys.js';
import { screenOf, screens, type Screen } from './screens.js';

export function App() {
  const [path] = useLocation();
  const screen = screenOf(path);
  const help = useRef<HTMLDialogElement>(null);
  const openHelp = useCallback(() => help.current?.showModal(), []);
  useKeys(openHelp);
  useArrival(screen);
  return (
    <>
      <a className={styles.skip} href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <Header openHelp={openHelp} />
      <SessionTabs />
      <ConnectionBar />
      <OpeningNotice />
      <main id="main" className={styles.main} tabIndex={-1}>
        <ScreenFrame key={screen?.path}>
          {screen ? (
            <screen.component />
          ) : (
            <>
              <h1>There is no such page</h1>
              <p>
                <a href="#/connect">Go to the start</a>
              </p>
            </>
          )}
        </ScreenFrame>
      </main>
      <EngineLine />
      <DropTarget />
      <UpdateNotice />
      <Announcer />
      <HelpDialog ref={help} />
    </>
  );
}

/** Another screen begins at its top; the focus goes there when what had it is gone. */
function useArrival(screen: Screen | undefined): void {
  const before = useRef(screen);
  useEffect(() => {
    document.title =
      screen && screen !== screens[0]
        ? `${screen.name} · Peerglass`
        : 'Peerglass: every byte of a v2 Bitcoin connection';
    if (before.current === screen) return;
    before.current = screen;
    scrollToPlace();
    if (document.activeElement === document.body)
      document.getElementById('main')?.focus({ preventScroll: true });
  }, [screen]);
}

/** The hash is the route, so that a plain link to #main would leave the screen. */
function skipToMain(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
