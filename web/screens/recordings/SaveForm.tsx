import { useState } from 'react';
import type { Level } from '../../../shared/recording/types.js';
import { Button } from '../../components/Button.js';
import { useDownload } from '../../components/useDownload.js';
import { ask } from '../../store/client.js';
import { usePage, type Connection } from '../../store/store.js';
import type { RecordingProblem, SaveAs } from '../../worker/recordings.js';
import styles from './Recordings.module.css';

interface Choice {
  readonly id: string;
  readonly as: SaveAs;
  readonly name: string;
  readonly says: string;
}

const level = (id: Level, name: string, says: string): Choice => ({
  id,
  as: { format: 'recording', level: id },
  name,
  says,
});

const recordings: readonly Choice[] = [
  level(
    'ciphertext',
    'Ciphertext',
    'What anybody on the way saw: bytes and times. Nobody can read it, you neither.',
  ),
  level(
    'session-keys',
    '+ session keys',
    'Whoever has the file can read every message of this one session; how the keys came about stays unknown.',
  ),
  level(
    'ephemeral-key',
    '+ the ephemeral private key',
    'The whole handshake can be computed again from it, step by step. The key was made for this session alone.',
  ),
  level('plaintext', '+ plaintext', 'The decrypted packets too, for programs that cannot decrypt.'),
];

const captures: readonly Choice[] = [
  {
    id: 'encrypted',
    as: { format: 'pcapng', contents: 'encrypted' },
    name: 'Encrypted',
    says: 'The stream as it crossed, as a capture on the way would have it.',
  },
  {
    id: 'decrypted',
    as: { format: 'pcapng', contents: 'decrypted' },
    name: 'Decrypted, in v1 framing',
    says: 'Each message as v1 would have sent it, so that Wireshark takes it apart. Whoever has the file can read it.',
  },
];

/** Over v1 nothing is hidden that a choice could give away. */
const overV1: readonly Choice[] = [
  level('plaintext', 'As it crossed', 'Every message, unencrypted. Whoever has the file can read it.'),
  {
    id: 'decrypted',
    as: { format: 'pcapng', contents: 'decrypted' },
    name: 'As it crossed',
    says: 'Wireshark takes each message apart. Whoever has the file can read it.',
  },
];

/** What can be saved of what is on screen: a recording holds no more than its level. */
function choicesFor({ protocol, recording }: Connection): readonly Choice[] {
  if (protocol === 'v1') return overV1;
  switch (recording?.readsWith) {
    case 'nothing':
      return [...recordings.slice(0, 1), ...captures.slice(0, 1)];
    case 'session-keys':
      return [...recordings.slice(0, 2), ...captures];
    default:
      return [...recordings, ...captures];
  }
}

type Outcome =
  | { readonly is: 'nothing' }
  | { readonly is: 'saving' }
  | { readonly is: 'saved'; readonly name: string; readonly advice?: string | undefined }
  | { readonly is: 'problem'; readonly problem: RecordingProblem };

/** What to save, and what each choice gives away. */
export function SaveForm() {
  const choices = choicesFor(usePage(({ connection }) => connection));
  const [chosen, setChosen] = useState('');
  const choice = choices.find(({ id }) => id === chosen) ?? choices[0]!;
  const [outcome, setOutcome] = useState<Outcome>({ is: 'nothing' });
  const download = useDownload();
  const save = async () => {
    setOutcome({ is: 'saving' });
    const answer = await ask('save', { as: choice.as });
    if (answer === undefined) return setOutcome({ is: 'nothing' });
    if ('problem' in answer) return setOutcome({ is: 'problem', problem: answer.problem });
    download(answer.blob, answer.name);
    setOutcome({ is: 'saved', name: answer.name, advice: answer.advice });
  };
  const option = (one: Choice) => (
    <label key={one.id} className={styles.choice}>
      <input
        type="radio"
        name="save-as"
        value={one.id}
        checked={one === choice}
        onChange={() => setChosen(one.id)}
      />
      <span>
        <strong>{one.name}</strong>
        <span className={styles.says}>{one.says}</span>
      </span>
    </label>
  );
  return (
    <form
      className={styles.save}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className={styles.kinds}>
        <fieldset>
          <legend>A recording, to open here again (JSON Lines)</legend>
          {choices.filter(({ as }) => as.format === 'recording').map(option)}
        </fieldset>
        <fieldset>
          <legend>A capture for Wireshark (pcapng)</legend>
          {choices.filter(({ as }) => as.format === 'pcapng').map(option)}
        </fieldset>
      </div>
      <Button type="submit" primary disabled={outcome.is === 'saving'}>
        Save the file
      </Button>
      <div role="status" className={styles.outcome}>
        {outcome.is === 'saving' && 'The file is made …'}
        {outcome.is === 'saved' && (
          <>
            <p>
              Saved as <code>{outcome.name}</code>.
            </p>
            {outcome.advice && <p>{outcome.advice}</p>}
          </>
        )}
        {outcome.is === 'problem' && (
          <p>
            Not saved: {outcome.problem.message}. {outcome.problem.hint}
          </p>
        )}
      </div>
    </form>
  );
}
