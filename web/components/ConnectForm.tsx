import { useId, type FormEvent } from 'react';
import { networks, type NetworkName } from '../../shared/networks.js';
import { isDemo, targetOf } from '../address.js';
import { number } from '../format.js';
import { goTo, isAt } from '../route.js';
import { open } from '../store/client.js';
import { editForm, usePage } from '../store/store.js';
import { Button } from './Button.js';
import styles from './ConnectForm.module.css';

/** The page's own address, when a bridge serves the page. */
export const ownBridge = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}`;

const isThisMachine = /^(localhost|127\.[\d.]+|\[::1\])$/.test(location.hostname);

function connect(): void {
  const { form } = usePage.getState();
  const target = targetOf(form, ownBridge());
  if (!target.ok) {
    usePage.setState({ formProblem: target.problem });
    document.getElementById('node-address')?.focus();
    return;
  }
  if (!open(target.value)) return;
  // Whoever came by a link to a step stays there: it is shown as soon as the session has it.
  if (!isAt('/handshake')) goTo('/handshake');
}

export function ConnectForm() {
  const form = usePage((page) => page.form);
  const problem = usePage((page) => page.formProblem);
  const presence = usePage((page) => page.presence);
  const failure = usePage((page) => page.connection.failure);
  const here = presence.status === 'present' && form.bridge.trim() === '' && failure?.code !== 'no-bridge';
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    connect();
  };
  const editNode = (node: string) => editForm(isDemo(node) ? { node, network: 'regtest' } : { node });
  const useDemo = () => {
    editNode('demo');
    connect();
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <div className={styles.row}>
        <div className={styles.node}>
          <label htmlFor="node-address">Node address</label>
          <input
            id="node-address"
            className={styles.input}
            type="text"
            value={form.node}
            onChange={(event) => editNode(event.target.value)}
            placeholder={`host:${networks[form.network].port}`}
            aria-describedby={`${id}-problem`}
            aria-invalid={problem !== undefined}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            enterKeyHint="go"
          />
        </div>
        <div>
          <label htmlFor={`${id}-network`}>Network</label>
          <select
            id={`${id}-network`}
            className={styles.input}
            value={form.network}
            onChange={(event) => editForm({ network: event.target.value as NetworkName })}
          >
            {Object.values(networks).map(({ name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </div>
        <Button primary type="submit">
          Connect
        </Button>
      </div>
      <p id={`${id}-problem`} className={styles.problem} role="alert">
        {problem}
      </p>
      <div className={styles.below}>
        <Button onClick={useDemo} className={styles.demo}>
          Use the demo node
        </Button>
        <span className={styles.note}>
          {here && presence.demo
            ? `A small regtest node inside the bridge, at height ${number(presence.demo.height)}.`
            : 'A small regtest node inside the bridge: nothing to install.'}
          {here && isThisMachine && ' Nothing leaves this machine.'}
        </span>
      </div>
      <details className={styles.details}>
        <summary>Another bridge</summary>
        <label htmlFor={`${id}-bridge`}>Bridge URL</label>
        <input
          id={`${id}-bridge`}
          className={styles.input}
          type="text"
          inputMode="url"
          value={form.bridge}
          placeholder={ownBridge()}
          onChange={(event) => editForm({ bridge: event.target.value })}
          autoComplete="off"
          spellCheck={false}
        />
        <p className={styles.note}>
          Empty means the one that serves this page. It sees where you connect to, and ciphertext.
        </p>
      </details>
    </form>
  );
}
