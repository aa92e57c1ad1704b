import { beforeAll, describe, expect, it } from 'vitest';
import { type Incident, incidentOf, isOver } from '../../../src/report/incident/incident.ts';
import { lifeOf } from '../../../src/report/incident/incident-charts.tsx';
import { incidentMarkdown } from '../../../src/report/incident/incident-markdown.ts';
import { summaryOf, waitsOf } from '../../../src/report/incident/incident-words.ts';
import { incidentJson } from '../../../src/report/json/incident-json.ts';
import { HOSTILE, HOSTILE_SOURCE, hostileTimeline, NOW } from '../../support/hostile-timeline.ts';
import { RECORDED, recordedTimeline, truthOf } from '../../support/recorded.ts';

const MINUTE = 60_000;
let zoo: Incident;
beforeAll(async () => {
  const timeline = await recordedTimeline('zoo');
  zoo = incidentOf(timeline, RECORDED, timeline.startedAt, timeline.endedAt);
});

const named = (name: string, container?: string) =>
  zoo.problems.find((p) => p.name === name && (container === undefined || p.container === container));

describe('an incident', () => {
  it('has each workload that was in trouble at any time, and no healthy one', () => {
    expect(zoo.problems.map((p) => p.name).filter((name) => /healthy/.test(name))).toEqual([]);
    // Over long before the end, at the end, and never a container of its own.
    expect(named('shop/gateway')).toMatchObject({ stateAtEnd: 'gone', causeId: 'app-panic', confidence: 'likely' });
    expect(named('payments/api')).toMatchObject({ stateAtEnd: 'looping', impact: { level: 'down', lowest: 0 } });
    expect(named('batch/nightly')).toMatchObject({ kind: 'Job', container: '', stateAtEnd: 'over' });
    expect(new Set(zoo.problems.map((p) => p.id)).size).toBe(zoo.problems.length);
  });

  it('gathers the pods of a workload that died alike in one problem', () => {
    const gateway = named('shop/gateway');
    expect(gateway?.pods.map((p) => [p.state, p.entry.container.ledger.length])).toEqual([
      ['gone', 7],
      ['gone', 7],
      ['gone', 7],
    ]);
    expect(gateway?.log.lines[gateway.log.telling]?.text).toContain('panic: config key upstreams.timeout');
  });

  it('shows of a workload as a whole the log of the pod that its problem names', async () => {
    const timeline = await recordedTimeline('zoo-1.33');
    const { problems } = incidentOf(timeline, RECORDED, timeline.startedAt, timeline.endedAt);
    const cleanup = problems.find((p) => p.name === 'cron/cleanup');
    expect(cleanup).toMatchObject({ kind: 'CronJob', causeId: 'failing-jobs', pods: [] });
    expect(cleanup?.log.lines[cleanup.log.telling]?.text).toBe('lock is held by cleanup-0');
    expect(problems.find((p) => p.name === 'quota/burst')).toMatchObject({
      causeId: 'not-created',
      log: { missing: 'a workload as a whole has no log', lines: [] },
    });
  });

  it('puts what goes on before what is over, and the worst first', () => {
    const over = zoo.problems.map(isOver);
    expect(over).toEqual(over.toSorted((a, b) => Number(a) - Number(b)));
  });

  it('has every run that containerd saw of what it reports', () => {
    const known = new Set(
      zoo.problems.flatMap((p) => p.pods.flatMap((pod) => pod.entry.container.ledger.map((r) => r.containerID))),
    );
    const pods = new Set(
      zoo.problems.flatMap((p) => p.pods.map((pod) => `${pod.entry.record.pod.uid}/${pod.entry.container.name}`)),
    );
    const until = zoo.to - 5000;
    const missed = [...truthOf('zoo').values()].filter(
      (run) =>
        pods.has(`${run.uid}/${run.container}`) &&
        !known.has(run.containerID) &&
        Date.parse(run.startedAt) < until &&
        run.exitedAt,
    );
    expect(missed).toEqual([]);
  });

  it('draws the back-off as it was: growing to its cap', () => {
    const [pod] = named('payments/ledger')?.pods ?? [];
    if (pod === undefined) throw new Error('no pod');
    const waits = waitsOf(pod).slice(0, 7);
    expect(waits.map((w) => w.publishedMs)).toEqual([null, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000]);
    for (const { waitedMs, publishedMs } of waits) expect(waitedMs).toBeGreaterThanOrEqual((publishedMs ?? 0) - 1000);
    expect(new Set(lifeOf(pod, zoo, 240))).toContain('crash');
  });

  it('is calm about a time without trouble, and says what nobody saw', async () => {
    const timeline = await recordedTimeline('zoo');
    const start = incidentOf(timeline, RECORDED, timeline.startedAt, timeline.startedAt + 500);
    expect(summaryOf(start)[0]).toMatch(/^Nothing was crash-looping/);
    const gap = incidentOf(timeline, RECORDED, timeline.startedAt + 24 * MINUTE, timeline.startedAt + 27 * MINUTE);
    expect(summaryOf(gap).join(' ')).toMatch(
      /Not watched from 15:22:50 for 16s, updates arrived late: connection lost \(.*Pod.*\)/,
    );
  });
});

describe('a report as text', () => {
  it('is Markdown in which text of pods is neither markup, nor a link, nor a mention', () => {
    const timeline = hostileTimeline();
    const markdown = incidentMarkdown(incidentOf(timeline, HOSTILE_SOURCE, timeline.startedAt, NOW), 'crashtop test');
    const prose = withoutFences(markdown);
    // Each row of a table has as many cells as its heading.
    for (const table of prose.match(/(?:^\|.*\n)+/gm) ?? []) {
      const cells = table
        .trimEnd()
        .split('\n')
        .map((row) => row.replaceAll('\\|', '').split('|').length);
      expect(new Set(cells).size).toBe(1);
    }
    // The log is quoted as it was, in a fence that nothing in it ends.
    expect(markdown).toContain(HOSTILE[0]);
  });

  it('is JSON with everything in it', () => {
    const told = JSON.parse(incidentJson(zoo, 'crashtop test'));
    expect(told).toMatchObject({ schemaVersion: 1, tool: 'crashtop test', crashes: zoo.crashes });
    expect(told.problems).toHaveLength(zoo.problems.length);
    expect(told.markers[0]).toEqual({ at: '2026-11-22T14:57:50.737Z', name: 'apply zoo', note: '' });
  });
});

function withoutFences(markdown: string): string {
  return markdown.replace(/^(`{3,}).*\n[\s\S]*?^\1$/gm, '');
}
