import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workloadProblemsAt } from '../../src/diagnosis/workload/workload-problems.ts';
import type { RecordingLine } from '../../src/recording/line.ts';
import { sessionFileName } from '../../src/recording/session-files.ts';
import { RecordingWriter } from '../../src/recording/writer.ts';
import { type EarlierOptions, type EarlierSessions, earlierSessions } from '../../src/sources/history.ts';
import { NOT_RUNNING } from '../../src/timeline/earlier-sessions.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { systemNow } from '../support/real-time.ts';
import { recordedTimeline } from '../support/recorded.ts';
import { podObject, rawLinesOf } from '../support/recordings.ts';

const HOUR = 60 * 60_000;
const NOW = systemNow();

let directory = '';
const killed: RecordingWriter[] = [];
beforeEach(async () => {
  directory = await files.mkdtemp(join(tmpdir(), 'crashtop-earlier-'));
});
afterEach(async () => {
  for (const writer of killed.splice(0)) await writer.end(0);
  await files.rm(directory, { recursive: true });
});

interface Written {
  readonly startedAt: number;
  readonly lines: readonly RecordingLine[];
  /** Without: it was killed. */
  readonly endedAfter?: number;
  readonly namespaces?: readonly string[] | null;
}

async function write({ startedAt, lines, endedAfter, namespaces = null }: Written): Promise<string> {
  const file = join(directory, sessionFileName(startedAt, 1, 1));
  const source = { kind: 'cluster', context: 'prod', serverVersion: null, namespaces, selector: null };
  const writer = await RecordingWriter.open({ startedAt, source, tool: 'test' }, { file });
  for (const line of lines) await writer.write(line);
  await writer.flush();
  if (endedAfter !== undefined) await writer.end(endedAfter);
  else killed.push(writer);
  return file;
}

async function read(
  options: Partial<EarlierOptions> = {},
): Promise<(Omit<EarlierSessions, 'envelopes'> & { envelopes: Envelope[] }) | null> {
  const scope = { namespaces: null, selector: null };
  const earlier = await earlierSessions({ directory, scope, before: NOW, ...options });
  if (earlier === null) return null;
  const envelopes: Envelope[] = [];
  for await (const envelope of earlier.envelopes) envelopes.push(envelope);
  return { ...earlier, envelopes };
}

const list = (t: number, ...names: string[]): RecordingLine => ({
  t,
  type: 'snapshot',
  kind: 'Pod',
  items: names.map((name) => podObject(name, name)),
});

describe('earlier sessions', () => {
  it('are none where nothing was kept', async () => {
    expect(await read()).toBeNull();
    expect(await read({ directory: join(directory, 'nowhere') })).toBeNull();
  });

  it('come in their order, and the time between them is a gap', async () => {
    await write({ startedAt: NOW - 5 * HOUR, lines: [list(0, 'a')], endedAfter: HOUR });
    await write({ startedAt: NOW - 3 * HOUR, lines: [list(10, 'a', 'b')] });
    const earlier = await read();
    expect(earlier?.startedAt).toBe(NOW - 5 * HOUR);
    expect(earlier?.envelopes).toMatchObject([
      { type: 'snapshot', at: NOW - 5 * HOUR },
      { type: 'gap', kind: 'Pod', from: NOW - 4 * HOUR, at: NOW - 3 * HOUR, reason: NOT_RUNNING, open: false },
      { type: 'snapshot', at: NOW - 3 * HOUR + 10 },
      { type: 'gap', from: NOW - 3 * HOUR + 10, at: NOW, reason: NOT_RUNNING },
    ]);
  });

  it('leave nothing open: a gap that a kill left is closed, an unfinished list removes nobody, old rights are forgotten', async () => {
    await write({
      startedAt: NOW - HOUR,
      lines: [
        list(0, 'a', 'b'),
        { t: 1, type: 'access', hidden: [{ what: 'logs', namespace: null, why: 'forbidden' }] },
        { t: 2, type: 'gap', kind: 'Pod', from: 2, reason: 'reset', open: true },
        { ...list(3, 'c'), more: true } as RecordingLine,
      ],
    });
    const earlier = await read();
    const timeline = new Timeline(earlier?.startedAt ?? 0);
    for (const envelope of earlier?.envelopes ?? []) timeline.append(envelope);
    const { head } = timeline;
    expect(head.gaps.every((gap) => gap.to !== null)).toBe(true);
    expect(head.hidden).toEqual([]);
    expect([...head.names.keys()].toSorted()).toEqual(['shop/a', 'shop/b', 'shop/c']);
    const empty = { type: 'snapshot', at: NOW, line: 0, kind: 'Pod', namespace: null, items: [], more: false } as const;
    timeline.append(earlier?.lists.pass(empty) ?? empty);
    expect(timeline.head.names.size).toBe(0);
  });

  it('say nothing of workloads as they are now: those that matter are read again', async () => {
    const metadata = { name: 'burst', namespace: 'quota', uid: 'u' };
    const conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota: pods' }];
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas: 3 },
      status: { replicas: 1, conditions },
    };
    const tells = (t: number): RecordingLine => ({ t, type: 'ADDED', kind: 'Deployment', object: deployment });
    await write({ startedAt: NOW - 9 * HOUR, lines: [list(0, 'a'), tells(1)], endedAfter: HOUR });
    await write({ startedAt: NOW - HOUR, lines: [list(0, 'a')], endedAfter: 60_000 });
    const earlier = await read();
    const timeline = new Timeline(earlier?.startedAt ?? 0);
    for (const envelope of earlier?.envelopes ?? []) timeline.append(envelope);
    expect(workloadProblemsAt(timeline.stateAt(NOW - 8.5 * HOUR), NOW - 8.5 * HOUR)).toHaveLength(1);
    expect(workloadProblemsAt(timeline.head, NOW)).toEqual([]);
    expect(timeline.head.pods.get('a')?.goneAt).toBe(null);
  });

  it('are read as far as they are of use: of the same scope, not too old, not of the future, the newest at any size', async () => {
    const old = await write({ startedAt: NOW - 30 * HOUR, lines: [list(0, 'old')] });
    await files.utimes(old, new Date(NOW - 29 * HOUR), new Date(NOW - 29 * HOUR));
    await write({ startedAt: NOW - 5 * HOUR, lines: [list(0, 'other')], namespaces: ['shop'] });
    await write({ startedAt: NOW - 2 * HOUR, lines: [list(0, 'long')] });
    await write({ startedAt: NOW - HOUR, lines: [list(0, 'near'), list(2 * HOUR, 'future')] });
    await write({ startedAt: NOW + HOUR, lines: [list(0, 'ahead')] });
    await files.writeFile(join(directory, sessionFileName(NOW - HOUR / 2, 1, 1)), 'no recording');
    await files.writeFile(join(directory, 'notes.txt'), 'not ours');
    const names = (envelopes: readonly Envelope[] = []) =>
      envelopes.flatMap((e) => (e.type === 'snapshot' ? e.items.map((item) => (item as { name: string }).name) : []));
    expect(names((await read())?.envelopes)).toEqual(['long', 'near']);
    expect(names((await read({ scope: { namespaces: ['shop'], selector: null } }))?.envelopes)).toEqual(['other']);
    const { size } = await files.stat(join(directory, sessionFileName(NOW - HOUR, 1, 1)));
    expect(names((await read({ bytes: size + 20 }))?.envelopes)).toEqual(['near']);
    expect(names((await read({ bytes: 1 }))?.envelopes)).toEqual(['near']);
  });

  it('hold every run of a session that was killed in the middle', async () => {
    const { lines } = await rawLinesOf('zoo');
    const half = lines.slice(0, lines.length >> 1).map(({ line }) => line);
    await write({ startedAt: NOW - HOUR, lines: half });
    const timeline = new Timeline(0);
    for (const envelope of (await read())?.envelopes ?? []) timeline.append(envelope);
    const whole = await recordedTimeline('zoo');
    const until = whole.stateAt(whole.startedAt + (half.at(-1)?.t ?? 0));
    const runs = (state: typeof until) =>
      [...state.pods.values()]
        .flatMap(({ containers }) => containers.flatMap((c) => c.ledger.map((run) => run.containerID)))
        .toSorted();
    expect(runs(timeline.head).length).toBeGreaterThan(100);
    expect(runs(timeline.head)).toEqual(runs(until));
  });
});
