import { create } from 'zustand';

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'peerglass-theme';

const chosen = document.documentElement.dataset.theme;
export const useTheme = create<{ theme: Theme }>(() => ({
  theme: chosen === 'light' || chosen === 'dark' ? chosen : 'system',
}));

/** public/theme.js puts the choice on the root element before the first paint of the next visit. */
export function setTheme(theme: Theme): void {
  useTheme.setState({ theme });
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage is switched off: the choice holds until the page is left.
  }
}
