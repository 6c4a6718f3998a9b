/** Recordings made in memory: two transports of ours speak, and our side is recorded, as the page records its own. */
import fs from 'node:fs';
import { V2Transport } from '../../shared/bip324/index.js';
import { encodeMessage, serviceNames } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { V1Transport, type PeerTransport } from '../../shared/peer/index.js';
import {
  Recorder,
  writeRecording,
  type Recording,
  type RecordingLevel,
} from '../../shared/recording/index.js';
import { nodeVersion } from '../peer/raw-peer.js';

const network = networks.regtest;
/** What one crossing of the wire takes, in ms of the recording. */
const CROSSING_MS = 0.25;

export interface Conversation {
  readonly ours: PeerTransport;
  readonly theirs: PeerTransport;
  /** What both have to send crosses, ours first; then time passes. */
  carry(): void;
  wait(ms: number): void;
}

/** A session that gets ready, says what `talk` says, and is closed by us. */
export function recordedSession(
  protocol: 'v1' | 'v2',
  talk: (conversation: Conversation) => void,
  { garbage = 40, decoys = [33] }: { garbage?: number; decoys?: readonly number[] } = {},
): Recording {
  let now = 0;
  const recorder = new Recorder({
    protocol,
    network: network.name,
    role: 'initiator',
    startedAt: '2026-03-01T09:30:00.000Z',
    software: { name: 'Peerglass', version: '0.1.0' },
  });
  const ours: PeerTransport =
    protocol === 'v1'
      ? V1Transport.initiator({ network, observer: { entry: (entry) => recorder.observe(entry, now) } })
      : V2Transport.initiator({
          network,
          garbage,
          observer: { secrets: 'include', entry: (entry) => recorder.observe(entry, now) },
        });
  const theirs: PeerTransport =
    protocol === 'v1'
      ? V1Transport.responder({ network })
      : V2Transport.responder({ network, garbage, decoys });
  const wait = (ms: number) => {
    now += ms;
  };
  const carry = () => {
    for (const [from, to] of [
      [ours, theirs],
      [theirs, ours],
    ] as const) {
      to.receive(from.takeOutput());
      wait(CROSSING_MS);
    }
  };
  recorder.state('connecting', now);
  wait(2);
  if (protocol === 'v2') {
    recorder.state('handshaking', now);
    while (ours.pendingOutput + theirs.pendingOutput > 0) carry();
  }
  recorder.state('negotiating', now);
  const version = nodeVersion({ services: 0n, nonce: 1n });
  ours.send('version', encodeMessage('version', { ...version, userAgent: '/Peerglass:0.1.0/' }));
  theirs.send('version', encodeMessage('version', version));
  carry();
  for (const side of [ours, theirs]) side.send('verack', new Uint8Array());
  carry();
  recorder.peer({
    userAgent: version.userAgent,
    version: version.version,
    services: serviceNames(version.services),
    height: version.startHeight,
  });
  recorder.state('ready', now);
  talk({ ours, theirs, carry, wait });
  ours.end();
  recorder.end({ state: 'closed', by: 'us' }, now);
  return recorder.recording;
}

/** @returns the file */
export function saveRecording(recording: Recording, level: RecordingLevel, file: string): string {
  fs.writeFileSync(file, Buffer.concat([...writeRecording(recording, level)]));
  return file;
}
