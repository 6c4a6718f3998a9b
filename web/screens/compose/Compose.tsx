import { useEffect, useMemo, useRef, useState, type FormEvent, type RefObject } from 'react';
import { formOf } from '../../../shared/messages/index.js';
import { goTo, useHashQuery } from '../../route.js';
import { usePage } from '../../store/store.js';
import type { Composed } from '../../worker/compose/protocol.js';
import { Chooser } from './Chooser.js';
import styles from './Compose.module.css';
import { copyFrom } from './copy.js';
import { idOf, withPart } from './draft.js';
import { Field, StructFields } from './Field.js';
import { FormProvider, type FormContext } from './form-context.js';
import { Presets } from './Presets.js';
import { PreviewPane } from './PreviewPane.js';
import { RawFields } from './RawFields.js';
import { SendBox } from './SendBox.js';
import { SentList } from './SentList.js';
import { attempt, composedOf, edit, useCompose } from './store.js';
import { TypeForm } from './TypeForm.js';
import { usePreview } from './usePreview.js';
import { useSend } from './useSend.js';

/** Any message, from a form that its layout gives, or byte by byte: what it would be in the session, and what came of it. */
export function Compose() {
  const connection = usePage((page) => page.connection);
  const { choice, drafts, attempts, note } = useCompose();
  const composed = useMemo(() => composedOf(drafts, choice), [drafts, choice]);
  const previewed = usePreview(composed, connection);
  const problem =
    previewed !== undefined && previewed !== 'gone' && !previewed.ok ? previewed.problem : undefined;
  const [focused, setFocused] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const send = useSend(composed, connection);
  useFromLink();
  useCtrlEnter(form);

  // What is wrong first has the focus, wherever it stands: once for each attempt, as soon as it is known.
  const handled = useRef(0);
  useEffect(() => {
    if (attempts === 0) handled.current = 0;
    if (attempts === handled.current || problem === undefined) return;
    handled.current = attempts;
    setTimeout(() => firstWrong(form.current, problem.field)?.focus());
  }, [attempts, problem]);

  const context = useMemo(
    (): FormContext => ({
      change: (place, draft) => {
        const { drafts, choice } = useCompose.getState();
        const now = composedOf(drafts, choice);
        if (now.kind === 'form') edit({ ...now, draft: withPart(now.draft, place, draft) });
      },
      focus: setFocused,
      problem,
      attempts,
    }),
    [problem, attempts],
  );

  const foresight =
    previewed !== undefined && previewed !== 'gone' && previewed.ok ? previewed.preview.foresight : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem !== undefined) return attempt();
    // What ends the session is sent by its own button alone.
    if (foresight?.effect === 'disconnects') return document.getElementById('compose-nevertheless')?.focus();
    void send.now(false);
  };
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h1>Compose</h1>
        <p className={styles.lead}>
          Fill in any message, look at every byte of what it becomes, and send it. What a node would mind is
          allowed here, and said before.
        </p>
      </div>
      <div className={styles.columns}>
        <div className={styles.column}>
          <Chooser choice={choice} />
          <Presets connection={connection} />
          <p className={styles.note} role="status">
            {note}
          </p>
          <form
            ref={form}
            key={choice}
            className={styles.form}
            aria-label="The message"
            noValidate
            onSubmit={submit}
          >
            <FormProvider value={context}>
              <Fields composed={composed} />
            </FormProvider>
            {connection.protocol !== 'v1' && <TypeForm composed={composed} />}
            <SendBox composed={composed} connection={connection} previewed={previewed} send={send} />
          </form>
          <SentList connection={connection} />
        </div>
        <PreviewPane previewed={previewed} composed={composed} focused={focused} />
      </div>
    </div>
  );
}

function Fields({ composed }: { composed: Composed }) {
  if (composed.kind !== 'form') return <RawFields composed={composed} />;
  const form = formOf(composed.type);
  if (form.form !== 'struct')
    return <Field name={composed.type} form={form} draft={composed.draft} place={[]} path="" />;
  if (form.fields.length === 0)
    return <p className={styles.soft}>It has no payload: its type says everything.</p>;
  return <StructFields form={form} draft={composed.draft} place={[]} />;
}

function firstWrong(form: HTMLFormElement | null, field: string): HTMLElement | null | undefined {
  return form?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? document.getElementById(idOf(field));
}

/** Sends from anywhere on the screen. */
function useCtrlEnter(form: RefObject<HTMLFormElement | null>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      form.current?.requestSubmit();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [form]);
}

/** `#/compose?from=17` fills in a copy, once. */
function useFromLink(): void {
  const from = new URLSearchParams(useHashQuery()).get('from');
  const messages = usePage(({ connection }) => connection.messages);
  const asked = useRef<string>(undefined);
  useEffect(() => {
    if (from === null) asked.current = undefined;
    // A recording that is still read has no messages yet.
    if (from === null || messages === 0 || asked.current === from) return;
    asked.current = from;
    void copyFrom(usePage.getState().connection, from).then(() => goTo('/compose', { replace: true }));
  }, [from, messages]);
}
