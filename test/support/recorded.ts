import { createReadStream, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Projector } from '../../src/recording/projector.ts';
import { RecordingReader } from '../../src/recording/reader.ts';
import type { Envelope, SourceInfo } from '../../src/timeline/envelope.ts';
import { Timeline } from '../../src/timeline/timeline.ts';

/** The path of a file under test/fixtures. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

/** A recorded stream of test/fixtures/recordings, read whole. */
export interface Recorded {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly envelopes: readonly Envelope[];
}

const read = new Map<string, Promise<Recorded>>();

/** The recorded streams that come with an account of containerd. */
export type RecordedName = 'zoo' | 'zoo-1.33' | 'restart-all-1.37';

/** Reads one, once for all tests of a process. */
export function recorded(name: RecordedName): Promise<Recorded> {
  const known = read.get(name) ?? readRecorded(fixture(`recordings/${name}.ndjson.gz`));
  read.set(name, known);
  return known;
}

async function readRecorded(path: string): Promise<Recorded> {
  const reader = await RecordingReader.open(createReadStream(path), { file: path });
  const { startedAt } = reader.header;
  const projector = new Projector(startedAt);
  const envelopes: Envelope[] = [];
  for await (const batch of reader.batches()) {
    for (const { line, number } of batch) {
      const envelope = projector.project(line, number);
      if (envelope !== null) envelopes.push(envelope);
    }
  }
  return { startedAt, endedAt: startedAt + (reader.endedAt ?? 0), envelopes };
}

/** A whole recording, which tests share: what one of them changed would be another one's. */
class SharedTimeline extends Timeline {
  #isWhole = false;

  override append(envelope: Envelope): void {
    if (this.#isWhole) throw new Error('this timeline is shared: build one of your own');
    super.append(envelope);
  }

  override close(at: number): void {
    if (this.#isWhole) throw new Error('this timeline is shared: build one of your own');
    super.close(at);
    this.#isWhole = true;
  }
}

const timelines = new Map<string, Promise<Timeline>>();

/** The timeline of a recorded stream, folded once for all tests of a process. */
export function recordedTimeline(name: RecordedName): Promise<Timeline> {
  const known = timelines.get(name) ?? folded(name);
  timelines.set(name, known);
  return known;
}

async function folded(name: RecordedName): Promise<Timeline> {
  const { startedAt, endedAt, envelopes } = await recorded(name);
  const timeline = new SharedTimeline(startedAt);
  for (const envelope of envelopes) timeline.append(envelope);
  timeline.close(endedAt);
  return timeline;
}

/** One run as containerd saw it, to the nanosecond. */
export interface TrueRun {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  readonly containerID: string;
  readonly startedAt: string;
  readonly exitedAt?: string;
  readonly exitCode?: number;
  readonly oom?: boolean;
}

/** containerd's account of a recorded stream, by container ID. */
export function truthOf(name: RecordedName): Map<string, TrueRun> {
  const text = gunzipSync(readFileSync(fixture(`recordings/${name}.truth.ndjson.gz`))).toString();
  const runs = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TrueRun);
  return new Map(runs.map((run) => [run.containerID, run]));
}

/** What a replay of a file says of its source. */
export const RECORDED: SourceInfo = {
  kind: 'recording',
  name: 'zoo.ndjson.gz',
  context: 'prod-eu',
  serverVersion: 'v1.35.4',
  namespaces: null,
  selector: null,
};
