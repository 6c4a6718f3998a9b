import { execFileSync } from 'node:child_process';

/** A certificate of its own for localhost and 127.0.0.1, made by openssl into these files. */
export function makeCertificate(cert: string, key: string): void {
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const pair = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    key,
    '-out',
    cert,
  ];
  execFileSync('openssl', ['req', '-x509', '-subj', '/CN=localhost', '-days', '2', ...names, ...pair], {
    stdio: 'ignore',
  });
}

/** Says how to get it, where it is missing. */
export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log('tests of TLS are skipped: there is no openssl (Debian: apt-get install openssl)');
    return false;
  }
}
