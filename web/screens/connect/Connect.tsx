import { useEffect } from 'react';
import { Link } from 'wouter';
import { formOfLink } from '../../address.js';
import { Command } from '../../components/Command.js';
import { ConnectForm } from '../../components/ConnectForm.js';
import { EncryptionLine } from '../../components/EncryptionLine.js';
import { FailureNotice } from '../../components/FailureNotice.js';
import { Term } from '../../components/Term.js';
import { useHashQuery } from '../../route.js';
import { editForm, isLive, usePage } from '../../store/store.js';
import { Anatomy } from './Anatomy.js';
import { FirstBytes } from './FirstBytes.js';
import { Misbehaviours } from './Misbehaviours.js';
import { PlainHttp } from './PlainHttp.js';
import styles from './Connect.module.css';

export function Connect() {
  const { state, failure, recording } = usePage((page) => page.connection);
  const presence = usePage((page) => page.presence);
  usePrefill();
  return (
    <div className={styles.screen}>
      <h1>Every byte of an encrypted Bitcoin connection, explained</h1>
      {failure && <FailureNotice failure={failure} />}
      <div className={styles.first}>
        <FirstBytes />
        <div className={styles.about}>
          <p>
            Peerglass is a Bitcoin peer inside this browser tab. It performs the whole{' '}
            <Term id="bip324">BIP324</Term> handshake (the <Term id="v2">v2</Term> transport) with a real
            node, and shows each byte as it crosses: what it is, how it came about, who can read it.
          </p>
          <EncryptionLine />
        </div>
      </div>
      {presence.status === 'absent' && failure?.code !== 'no-bridge' && <NoBridge />}
      <section className={styles.connect} aria-labelledby="connect">
        <div className={styles.invitation}>
          <h2 id="connect">Connect to a node</h2>
          <p>
            {isLive(state) && !recording ? (
              <>
                A session is open: <Link href="/handshake">see its handshake</Link>. It stays open beside the
                next one.
              </>
            ) : (
              'Its bytes appear as they cross. No connection is made before you say so.'
            )}
          </p>
        </div>
        <div className={styles.form}>
          <ConnectForm />
          <Misbehaviours />
        </div>
      </section>
      <Anatomy />
      <PlainHttp />
    </div>
  );
}

function NoBridge() {
  return (
    <section className={styles.nobridge} aria-labelledby="no-bridge">
      <h2 id="no-bridge">No bridge answers at this address</h2>
      <p>
        A page cannot open TCP connections by itself. One command in the project’s folder starts the bridge:
      </p>
      <Command text="npm ci && npm start" />
      <p>Then open the address that it prints, or name a bridge elsewhere under “Another bridge”.</p>
    </section>
  );
}

const applied = new Set<string>();

/** A link fills the form, once, so that Back overwrites nothing; and it runs nothing. */
function usePrefill(): void {
  const query = useHashQuery();
  useEffect(() => {
    if (query === '' || applied.has(query)) return;
    applied.add(query);
    const { form, problem } = formOfLink(query);
    editForm(form);
    usePage.setState({ formProblem: problem });
  }, [query]);
}
