import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { screenOf, screens } from '../screens.js';
import { setTheme, useTheme, type Theme } from '../store/theme.js';
import { usePage } from '../store/store.js';
import { Button } from './Button.js';
import { isObserved } from './observed.js';
import styles from './Header.module.css';

const MENU_ID = 'menu';
/** As in Header.module.css: from here on there is room for all of it, and the menu is none. */
const WIDE = '(min-width: 72rem)';

/** One line at any width: where it is narrow, a button opens the screens and the theme as a menu. */
export function Header({ openHelp }: { openHelp: () => void }) {
  const [path] = useLocation();
  const messages = usePage(({ connection }) => (isObserved(connection) ? 0 : connection.messages));
  const menu = useRef<HTMLDivElement>(null);
  const current = screenOf(path);
  // Where it is no popover there is nothing to close.
  const close = () => menu.current?.matches(':popover-open') && menu.current.hidePopover();
  useEffect(() => void close(), [path]);
  useEffect(() => {
    const wide = matchMedia(WIDE);
    wide.addEventListener('change', close);
    return () => wide.removeEventListener('change', close);
  }, []);
  return (
    <header className={styles.header}>
      <a className={styles.name} href="#/connect">
        Peerglass
      </a>
      <Button className={styles.open} popoverTarget={MENU_ID}>
        <span className="visually-hidden">Menu, at </span>
        {current?.name ?? 'Screens'}
      </Button>
      <div ref={menu} id={MENU_ID} className={styles.menu} popover="auto">
        <nav aria-label="Screens">
          <ul className={styles.screens}>
            {screens.map((screen) => (
              <li key={screen.path}>
                <Link
                  href={screen.path}
                  className={styles.screen!}
                  aria-current={screen === current ? 'page' : undefined}
                  onClick={close}
                >
                  {screen.name}
                  {screen.path === '/messages' && messages > 0 && (
                    <span className={styles.count} aria-hidden="true">
                      {messages}
                    </span>
                  )}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <ThemeChoice />
      </div>
      <Button onClick={openHelp} aria-label="Help and keys" aria-keyshortcuts="?">
        ?
      </Button>
    </header>
  );
}

function ThemeChoice() {
  const theme = useTheme((state) => state.theme);
  return (
    <label className={styles.theme}>
      <span className={styles.themeName}>Theme</span>
      <select value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
        <option value="system">System</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}
