// Before the first paint, so that a chosen theme does not flash. Without a choice the system's counts.
try {
  const theme = localStorage.getItem('peerglass-theme');
  if (theme === 'light' || theme === 'dark') globalThis.document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme it is.
}
