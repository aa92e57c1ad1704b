import { describe, expect, it } from 'vitest';
import { entryOf, isWorkloadEntry } from '../../../src/diagnosis/entry.ts';
import { problemListAt } from '../../../src/diagnosis/problem-list.ts';
import { problemsAt } from '../../../src/diagnosis/problems.ts';
import type { TroubleState } from '../../../src/model/trouble.ts';
import { type ContainerFacts, DETAIL_HEAD_HEIGHT, headLines, tabPane } from '../../../src/view/detail/detail.ts';
import { TABS, type Tab } from '../../../src/view/detail/tabs.ts';
import { lineWidth, textOf } from '../../../src/view/lines/fit-line.ts';
import { type Detail, openedDetail } from '../../../src/view/update/detail.ts';
import { subject, textsOf, widestOf } from '../../support/record-builder.ts';
import { RECORDED, recordedTimeline } from '../../support/recorded.ts';

const UNSAFE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

function detail(tab: Tab, fields: Partial<Detail> = {}): Detail {
  return { ...openedDetail('pod-1/api', tab, 0), ...fields };
}

const look = (open: Tab, back = 0) => ({ ...detail(open, { runsBack: back }), links: true });

/** The containers in trouble at so many minutes of a recording, and those of `names` besides. */
async function subjectsAt(name: 'zoo' | 'zoo-1.33', minutes: number): Promise<ContainerFacts[]> {
  const timeline = await recordedTimeline(name);
  const now = timeline.startedAt + minutes * 60_000;
  const state = timeline.stateAt(now);
  const { serverVersion } = RECORDED;
  const problems = problemsAt(state, now);
  return problems.map((entry) => ({ state, entry, now, serverVersion, problems }));
}

/** One container of the zoo by its pod's name. */
async function fromZoo(podName: string, minutes: number, container?: string): Promise<ContainerFacts> {
  const timeline = await recordedTimeline('zoo');
  const now = timeline.startedAt + minutes * 60_000;
  const state = timeline.stateAt(now);
  const record = [...state.pods.values()].find((r) => r.pod.name.startsWith(podName));
  const found = record?.containers.find((c) => container === undefined || c.name === container);
  const entry = entryOf(state, problemsAt(state, now), `${record?.pod.uid}/${found?.name}`);
  if (entry === undefined) throw new Error(`${podName} is not in the zoo after ${minutes} minutes`);
  return { state, entry, now, serverVersion: RECORDED.serverVersion, problems: problemsAt(state, now) };
}

const tab = (of: ContainerFacts, open: Tab, width = 120, back = 0) => textsOf(tabPane(of, look(open, back), width));

const belowHeading = (rows: readonly string[]) => rows.slice(rows.findIndex((row) => row.startsWith(' RUN ')) + 1);

describe('every workload that is listed for itself', () => {
  it('fits into its width and shows no control character', async () => {
    const timeline = await recordedTimeline('zoo-1.33');
    const now = timeline.startedAt + 700_000;
    const state = timeline.stateAt(now);
    const own = problemListAt(state, now).filter(isWorkloadEntry);
    expect(own).toHaveLength(4);
    for (const entry of own) {
      const of = { state, entry, now, serverVersion: RECORDED.serverVersion, problems: own };
      for (const width of [60, 80, 120, 200]) {
        for (const open of TABS) {
          const pane = tabPane(of, look(open), width);
          expect(widestOf(pane)).toBeLessThanOrEqual(width);
          expect(pane.height).toBeGreaterThan(0);
          const head = headLines(of, detail(open), pane, 24, width);
          for (const line of head) expect(lineWidth(line)).toBe(width);
          expect([...textsOf(pane), ...head.map(textOf)].filter((text) => UNSAFE.test(text))).toEqual([]);
        }
      }
    }
  });
});

describe('the state in the head', () => {
  const head = (state: TroubleState) => {
    const trouble = { state, kind: 'crash', since: Date.UTC(2026, 10, 22, 14, 50), sinceIsBound: false } as const;
    const of = { ...subject({ entry: { trouble } }), serverVersion: RECORDED.serverVersion, problems: [] };
    return headLines(of, detail('why'), tabPane(of, look('why'), 120), 24, 120)
      .map(textOf)
      .join('\n');
  };

  it('began with the trouble, or after it', () => {
    expect(head('looping')).toContain('looping since 14:50');
    expect(head('deleted')).toContain('deleted, looped since 14:50');
    expect(head('holding')).toContain('holding, looped since 14:50');
  });
});

describe.each(['zoo', 'zoo-1.33'] as const)('every container in trouble in %s', (name) => {
  it.each([1, 7, 20])('fits into its width and shows no control character, %d minutes in', async (minutes) => {
    const subjects = await subjectsAt(name, minutes);
    expect(subjects.length).toBeGreaterThan(15);
    for (const of of subjects) {
      for (const width of [60, 80, 120, 200]) {
        for (const open of TABS) {
          const pane = tabPane(of, look(open), width);
          expect(widestOf(pane)).toBeLessThanOrEqual(width);
          expect(pane.height).toBeGreaterThan(0);
          const head = headLines(of, detail(open), pane, 24, width);
          expect(head.length).toBe(DETAIL_HEAD_HEIGHT);
          for (const line of head) expect(lineWidth(line)).toBe(width);
          expect([...textsOf(pane), ...head.map(textOf)].filter((text) => UNSAFE.test(text))).toEqual([]);
        }
      }
    }
  });

  it('has one row for each run of its ledger', async () => {
    for (const of of await subjectsAt(name, 20)) {
      const rows = belowHeading(tab(of, 'runs')).filter((row) => /^ #\d+ /.test(row));
      expect(rows.length).toBe(of.entry.container.ledger.length);
    }
  });
});

describe('what stands out in the zoo', () => {
  it('shows what batch/hostile tried as what it is', async () => {
    const of = await fromZoo('hostile', 10);
    expect(tab(of, 'logs').join('\n')).toContain('␛[2Jcleared␛[1;1Htop␇');
    expect(tab(of, 'why').join('\n')).toContain('␛]0;owned␇␛[2J␛[31mred␛[0m');
  });

  it('shows the message of batch/longmsg whole, although it was cut inside a character', async () => {
    const of = await fromZoo('longmsg', 10);
    const why = tab(of, 'why', 80).join('\n');
    const message = of.entry.container.ledger.at(-1)?.message ?? '';
    const last = message.trimEnd().split('\n').at(-1) as string;
    expect(why).toContain(last.slice(0, 60));
    expect(why).toContain('line 340 äöü 日本語 🦀');
  });

  it('tells of the liveness kills of shop/suggest, which end with 0', async () => {
    const of = await fromZoo('suggest', 11);
    expect(tab(of, 'why').join('\n')).toContain('exit 0: ended without an error; reason Completed');
    expect(tab(of, 'events').join('\n')).toContain('failed liveness probe, will be restarted');
    expect(tab(of, 'logs').at(-1)).toMatch(/bye$/);
  });

  it('shows the run of infra/slow-leak that goes on, the gap, and the short waits', async () => {
    const rows = tab(await fromZoo('slow-leak', 28), 'runs', 80);
    expect(belowHeading(rows)).toEqual([
      ' ░ not watched for 16s from 15:22:50, runs came late: connection lost',
      ' #4    15:22:41    3m7s  ▒▒▒▒▒▒▒▒▒▒▒▒▒              running                   1s',
      ' #3    15:16:40      6m  █████████████████████████  134 SIGABRT              25s',
      ' #2    15:10:15      6m  █████████████████████████  134 SIGABRT              14s',
      ' #1    15:04:01      6m  █████████████████████████  134 SIGABRT               0s',
      ' #0    14:58:01      6m  █████████████████████████  134 SIGABRT',
    ]);
  });

  it('keeps both loops of infra/pair apart', async () => {
    const timeline = await recordedTimeline('zoo');
    const now = timeline.startedAt + 900_000;
    const state = timeline.stateAt(now);
    const pairs = problemsAt(state, now).filter((p) => p.record.pod.name === 'pair');
    expect(pairs.length).toBe(2);
    const [a, b] = pairs.map((entry) => tab({ state, entry, now, serverVersion: null, problems: pairs }, 'logs')[0]);
    expect(a).toContain(` of ${pairs[0]?.container.name}, the run that died last`);
    expect(b).toContain(` of ${pairs[1]?.container.name}, the run that died last`);
  });

  it('steps back through the logs of payments/ledger, each of its own run', async () => {
    const of = await fromZoo('ledger', 20);
    const heads = [0, 1, 2].map((back) => tab(of, 'logs', 120, back)[0]?.split(' of ')[0]);
    const newest = of.entry.container.ledger.findLast((r) => r.ended)?.attempt as number;
    expect(heads).toEqual([newest, newest - 1, newest - 2].map((n) => ` run #${n}`));
  });

  it('says what shop/cart waits for', async () => {
    expect(tab(await fromZoo('cart', 5), 'why').join('\n')).toContain(
      'unknown: it starts when the ConfigMap exists; the kubelet checks every 10 to 15s',
    );
  });
});

describe('the head', () => {
  const facts = { ...subject(), serverVersion: null, problems: [] };

  const head = (open: Tab, offset: number | null, width = 80) => {
    const lines = Array.from({ length: 50 }, () => []);
    const pane = { height: 50, opensAt: 'top', slice: () => lines } as const;
    return headLines(facts, detail(open, { offset }), pane, 13, width).map(textOf);
  };

  it('says whose it is and how it stands', () => {
    expect(head('why', null, 100)[0]).toBe(
      ' shop/api-1 [api] on node-a · 30m old                               looping since 14:50 · Running 0 ',
    );
  });

  it('cuts the middle of a long name before it loses the state', () => {
    const name = `api-${'long-'.repeat(20)}x2kq4`;
    const record = { ...facts.entry.record, pod: { ...facts.entry.record.pod, name } };
    const pane = { height: 1, opensAt: 'top', slice: () => [[]] } as const;
    const long = { ...facts, entry: { ...facts.entry, record } };
    const line = textOf(headLines(long, detail('why'), pane, 20, 60)[0] ?? []);
    expect(line).toMatch(/^ shop\/api-.*….*x2kq4 \[api\] +looping since 14:50 $/);
  });

  it('marks the open tab without colour', () => {
    expect(head('logs', 0)[1]?.trimEnd()).toBe('  1 Why   2 Runs  [3 Logs]  4 Events   5 Spec   6 Related');
  });

  it('says which part of the tab is on the screen', () => {
    expect(head('why', null)[2]).toMatch(/─ 1-10 of 50 ─$/);
    expect(head('why', 7)[2]).toMatch(/─ 8-17 of 50 ─$/);
    expect(head('why', 999)[2]).toMatch(/─ 41-50 of 50 ─$/);
  });
});
