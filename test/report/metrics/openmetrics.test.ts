import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { familyText, labelsText } from '../../../src/report/metrics/metric-text.ts';
import { writeOpenMetrics } from '../../../src/report/metrics/openmetrics.ts';
import { promtool } from '../../support/promtool.ts';
import { RECORDED, type RecordedName, recordedTimeline } from '../../support/recorded.ts';

const SAMPLE = /^(\w+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\})? (-?[\d.e+-]+) (\d+(?:\.\d{1,3})?)$/;

/** The samples of a text by series, in its order. Throws for a line that is none of OpenMetrics, and for families that interleave. */
function parse(text: string): Map<string, { at: number; value: number }[]> {
  const lines = text.split('\n');
  expect(lines.slice(-2)).toEqual(['# EOF', '']);
  const series = new Map<string, { at: number; value: number }[]>();
  const families: string[] = [];
  let last = '';
  for (const line of lines.slice(0, -2)) {
    if (line.startsWith('# ')) {
      const [, word, name = ''] = line.split(' ');
      if (word === 'TYPE') {
        expect(families).not.toContain(name);
        families.push(name);
      }
      expect(['TYPE', 'UNIT', 'HELP']).toContain(word);
      continue;
    }
    const [, name = '', labels = '', value, at] = SAMPLE.exec(line) ?? [];
    expect(name, line).toMatch(new RegExp(`^${families.at(-1)}(?:_total|_info)?$`));
    const key = name + labels;
    if (key !== last) expect(series.has(key), `${key} is one block`).toBe(false);
    last = key;
    const samples = series.get(key);
    const sample = { at: Number(at), value: Number(value) };
    if (samples === undefined) series.set(key, [sample]);
    else samples.push(sample);
  }
  return series;
}

const histories = new Map<RecordedName, string>();

/** The whole of a recording, written once: it takes seconds. */
async function historyOf(name: RecordedName): Promise<string> {
  const timeline = await recordedTimeline(name);
  const text = histories.get(name) ?? [...writeOpenMetrics(timeline, RECORDED)].join('');
  histories.set(name, text);
  return text;
}

describe.each(['zoo', 'zoo-1.33'] as const)('the history of %s as OpenMetrics', (name) => {
  it('is well-formed, its times ascend, and its counters are the truth of the recording', async () => {
    const timeline = await recordedTimeline(name);
    const series = parse(await historyOf(name));
    for (const [key, samples] of series) {
      for (const [i, { at }] of samples.entries()) if (i > 0) expect(at, key).toBeGreaterThan(samples[i - 1]?.at as number);
      expect(samples[0]?.at, key).toBeGreaterThanOrEqual(timeline.startedAt / 1000);
      expect(samples.at(-1)?.at, key).toBeLessThanOrEqual(timeline.endedAt / 1000);
    }
    for (const { pod, goneAt, containers } of timeline.head.pods.values()) {
      if (goneAt !== null) continue;
      for (const container of containers.filter((c) => c.status !== undefined)) {
        const key = [...series.keys()].find(
          (k) =>
            k.startsWith('crashtop_container_restarts_total') && k.includes(`uid="${pod.uid}",container="${container.name}"`),
        );
        expect(series.get(key ?? '')?.at(-1)?.value, pod.name).toBe(container.status?.restartCount);
      }
    }
  });
});

describe('a step and a gap', () => {
  it('leave no stretch without samples longer than the step, but where nothing was seen', async () => {
    const timeline = await recordedTimeline('zoo');
    const up = parse([...writeOpenMetrics(timeline, RECORDED, { stepMs: 10_000 })].join('')).get('crashtop_up') ?? [];
    for (const [i, { at }] of up.entries()) if (i > 0) expect(at - (up[i - 1]?.at ?? 0)).toBeLessThanOrEqual(10);
    expect(up.filter((s) => s.value === 0).length).toBeGreaterThan(0);
    const part = { from: timeline.startedAt + 60_000, to: timeline.startedAt + 120_000 };
    const cut = parse([...writeOpenMetrics(timeline, RECORDED, part)].join('')).get('crashtop_up') ?? [];
    expect([cut[0]?.at, cut.at(-1)?.at]).toEqual([part.from / 1000, part.to / 1000]);
  });
});

describe('labels', () => {
  it('come back as they were, whatever is in them', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const text = labelsText({ name: value });
        expect(text).not.toContain('\n');
        const inner = text.slice('{name="'.length, -'"}'.length);
        expect(inner.replaceAll(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))).toBe(value);
      }),
    );
  });

  it('stand in both formats, whose heads differ', () => {
    const family = { name: 'x_seconds', type: 'counter', unit: 'seconds', help: 'a "b" \\ c' } as const;
    const sample = { labels: '{a="b"}', value: 1, at: 1500 };
    expect([...familyText(family, [sample], 'openmetrics')].join('')).toBe(
      '# TYPE x_seconds counter\n# UNIT x_seconds seconds\n# HELP x_seconds a \\"b\\" \\\\ c\nx_seconds_total{a="b"} 1 1.5\n',
    );
    expect([...familyText(family, [sample], 'prometheus')].join('')).toBe(
      '# TYPE x_seconds_total counter\n# HELP x_seconds_total a "b" \\\\ c\nx_seconds_total{a="b"} 1 1500\n',
    );
  });
});

describe('promtool', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'crashtop-promtool-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('backfills blocks from it', async ({ skip }) => {
    const file = join(folder, 'history.om');
    writeFileSync(file, await historyOf('zoo-1.33'));
    const made = await promtool(['tsdb', 'create-blocks-from', 'openmetrics', file, join(folder, 'data')]);
    if (made === null) skip('promtool is not installed');
    expect(made).toMatchObject({ code: 0, output: expect.stringContaining('NUM SERIES') });
    // What a Prometheus that runs would have made: the tool will not read without it.
    mkdirSync(join(folder, 'data', 'wal'));
    const dumped = await promtool(['tsdb', 'dump', '--match', 'crashtop_up', join(folder, 'data')]);
    expect(dumped?.output).toMatch(/__name__="crashtop_up".* 1 \d+/);
  });
});
