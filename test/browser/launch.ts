import { chromium, type Browser } from 'playwright-core';

/** A name under which a page is not from this machine, as far as the browser knows: no secure context. */
export const ANOTHER_MACHINE = 'another-machine.test';

/** A real Chromium with an empty profile, which reaches nothing but this machine. */
export function launchBrowser(executablePath: string, more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP ${ANOTHER_MACHINE} 127.0.0.1 , MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE [::1] , EXCLUDE localhost`,
      ...more,
    ],
  });
}
