import { Link, useLocation } from 'wouter';
import { screenOf, screens } from '../screens.js';
import { setTheme, useTheme, type Theme } from '../store/theme.js';
import { usePage } from '../store/store.js';
import { Button } from './Button.js';
import { isObserved } from './observed.js';
import styles from './Header.module.css';

export function Header({ openHelp }: { openHelp: () => void }) {
  const [path] = useLocation();
  const theme = useTheme((state) => state.theme);
  const messages = usePage(({ connection }) => (isObserved(connection) ? 0 : connection.messages));
  return (
    <header className={styles.header}>
      <a className={styles.name} href="#/connect">
        Peerglass
      </a>
      <nav aria-label="Screens">
        <ul className={styles.screens}>
          {screens.map((screen) => {
            const here = screen === screenOf(path);
            return (
              <li key={screen.path}>
                <Link href={screen.path} className={styles.screen!} aria-current={here ? 'page' : undefined}>
                  {screen.name}
                  {screen.path === '/messages' && messages > 0 && (
                    <span className={styles.count} aria-hidden="true">
                      {messages}
                    </span>
                  )}
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
      <div className={styles.tools}>
        <label className={styles.theme}>
          <span className="visually-hidden">Theme</span>
          <select value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
            <option value="system">System</option>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </select>
        </label>
        <Button onClick={openHelp} aria-label="Help and keys" aria-keyshortcuts="?">
          ?
        </Button>
      </div>
    </header>
  );
}
