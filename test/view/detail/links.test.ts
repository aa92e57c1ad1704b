import { describe, expect, it } from 'vitest';
import { eventPlace, placesIn, withFollowed, withPlace } from '../../../src/view/detail/links.ts';
import { linkedPane } from '../../../src/view/detail/pane.ts';
import { whyPane } from '../../../src/view/detail/why-tab.ts';
import { lineWidth, span, textOf } from '../../../src/view/lines/fit-line.ts';
import { NOW, run, runLog, SECOND, subject, textsOf, waiting, widestOf } from '../../support/record-builder.ts';

const DEAD = run(3, NOW - 45 * SECOND);
const LOG = runLog(DEAD, `starting\n2026-11-22T15:09:15Z Error: ${'refused '.repeat(20)}\nbye\n`);
const EVIDENCE = [
  `log: "Error: ${'refused '.repeat(10)}…"`,
  'event Killing (6 times, last 2026-11-22T15:09:00Z): Container api failed liveness probe',
  'terminated: Error',
];
const CAUSE = { id: 'app-error', summary: 'exit 1', confidence: 'likely', evidence: EVIDENCE, next: [] } as const;
const OF = subject({ pod: waiting(3, ''), ledger: [DEAD], logs: [LOG], entry: { cause: CAUSE } });

describe('the places of evidence', () => {
  it('are the event by its reason, and the line of the log by its beginning', () => {
    const placeOf = placesIn(OF, DEAD);
    expect(placeOf(EVIDENCE[1] as string)).toEqual({ tab: 'events', find: 'Killing', name: '4 Events' });
    const place = placeOf(EVIDENCE[0] as string);
    expect(place).toMatchObject({ tab: 'logs', name: '3 Logs, line 2 of 3' });
    expect(LOG.text).toContain(place?.find);
    expect(placeOf(EVIDENCE[2] as string)).toBeNull();
  });

  it('are not there where the log is not', () => {
    expect(placesIn(subject({ ledger: [DEAD] }), DEAD)(EVIDENCE[0] as string)).toBeNull();
    expect(placesIn(subject(), undefined)(EVIDENCE[0] as string)).toBeNull();
    expect(eventPlace('event without a reason')).toBeNull();
  });
});

describe('the Why tab', () => {
  it('names them on the screen, in the order of its lines, and not in print', () => {
    for (const width of [60, 80, 120, 200]) {
      const pane = whyPane(OF, width, true);
      expect(pane.references?.map(({ tab, find }) => [tab, find.slice(0, 14)])).toEqual([
        ['logs', 'Error: refused'],
        ['events', 'Killing'],
      ]);
      const texts = textsOf(pane);
      expect(pane.references?.map(({ line }) => /→ (\d) /.exec(texts[line] ?? '')?.[1])).toEqual(['3', '4']);
      expect(widestOf(pane)).toBeLessThanOrEqual(width);
      expect(textsOf(whyPane(OF, width)).join('\n')).not.toContain('→');
    }
  });
});

describe('a reference', () => {
  const place = { tab: 'events', find: 'Killing', name: '4 Events' } as const;

  it('stands behind its evidence, or below where there is no room', () => {
    expect(withPlace([[span('x'.repeat(20))]], place, 40).map(textOf)).toEqual([`${'x'.repeat(20)}  → 4 Events`]);
    expect(withPlace([[span('x'.repeat(20))]], place, 25).map(textOf)).toEqual(['x'.repeat(20), '  → 4 Events']);
  });

  it('is told from words that look like it, and keeps its width when it is the one that is followed', () => {
    const [real = []] = withPlace([[span('it said ')]], place, 60);
    const fake = [span('→ 4 Events')];
    expect(linkedPane([fake, real]).references).toMatchObject([{ line: 1, tab: 'events', find: 'Killing' }]);
    expect(withFollowed(fake)).toEqual(fake);
    expect(textOf(withFollowed(real))).toBe('it said   ⇒ 4 Events');
    expect(lineWidth(withFollowed(real))).toBe(lineWidth(real));
  });
});
