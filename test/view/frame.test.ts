import { describe, expect, it } from 'vitest';
import { liveAt, replayFrom } from '../../src/timeline/playback.ts';
import { type FrameInputs, frameOf, listProblems, readsOf, stepContextOf } from '../../src/view/frame.ts';
import { boxGrid } from '../../src/view/lines/small-table.ts';
import { FIRST_SCREEN, type ScreenState } from '../../src/view/update/screen-state.ts';
import { press } from '../../src/view/update/step.ts';
import { recordedTimeline } from '../support/recorded.ts';
import { CLUSTER } from '../support/sessions.ts';

const timeline = await recordedTimeline('zoo');
const AT = timeline.startedAt + 600_000;

function inputsOf(fields: Partial<FrameInputs> = {}): FrameInputs {
  const playback = fields.playback ?? replayFrom({ at: AT, speed: 1, playing: false, growing: false }, timeline);
  const problems = listProblems(timeline.stateAt(playback.cursor), playback.cursor);
  return {
    kind: 'replay',
    source: CLUSTER,
    connection: { phase: 'recorded', cut: '' },
    activity: null,
    timeline,
    playback,
    screen: FIRST_SCREEN,
    size: { columns: 120, rows: 40 },
    wallNow: AT,
    problems,
    judged: problems.entries,
    offersOld: false,
    order: null,
    awaySince: AT,
    said: '',
    objectOf: () => ({ type: 'loading' }),
    gridOf: boxGrid,
    ...fields,
  };
}

const LIVE = liveAt(timeline.endedAt, timeline);
// Every problem of the recording is older than a day by then.
const LONG_AFTER = { ...LIVE, cursor: timeline.endedAt + 3 * 24 * 3_600_000 };

/** The screen after keys, each pressed on the frame of the one before. */
function screenAfter(keys: readonly string[], fields: Partial<FrameInputs> = {}): ScreenState {
  return keys.reduce((before, key) => {
    const frame = frameOf(inputsOf({ ...fields, screen: before }));
    return press(frame.screen, key, stepContextOf(frame, timeline)).screen;
  }, FIRST_SCREEN);
}

describe('a frame', () => {
  it('is the same for the same inputs, and changes none of them', () => {
    const inputs = Object.freeze(inputsOf({ screen: screenAfter(['j', 'enter', '6']) }));
    const before = structuredClone(inputs.screen);
    const [one, other] = [frameOf(inputs), frameOf(inputs)];
    const { tab: _, ...told } = one;
    expect(other).toMatchObject(told);
    expect(inputs.screen).toEqual(before);
  });

  it('has a selection that exists, where its inputs have none or one that is gone', () => {
    for (const selected of [null, 'gone']) {
      const screen = { ...FIRST_SCREEN, table: { ...FIRST_SCREEN.table, selected, hasChosen: selected !== null } };
      const { table, screen: shown } = frameOf(inputsOf({ screen }));
      expect(table.rows.find((r) => r.key === shown.table.selected)?.type).toMatch(/group|entry/);
    }
  });

  it('keeps the screen as it is where there is nothing to settle', () => {
    const { screen } = frameOf(inputsOf());
    expect(frameOf(inputsOf({ screen })).screen).toBe(screen);
  });

  it('offers at the head alone to acknowledge what is old, and says first what else there is to say', () => {
    const offered = frameOf(inputsOf({ kind: 'live', playback: LONG_AFTER, offersOld: true }));
    expect(offered).toMatchObject({ isOffered: true, notice: expect.stringContaining('older than a day') });
    const answered = frameOf(inputsOf({ kind: 'live', playback: LONG_AFTER }));
    expect(answered).toMatchObject({ isOffered: false, notice: '' });
    const said = frameOf(inputsOf({ kind: 'live', playback: LONG_AFTER, offersOld: true, said: 'saved' }));
    expect(said).toMatchObject({ isOffered: false, notice: 'saved' });
    const past = frameOf(inputsOf({ kind: 'live', playback: { ...LONG_AFTER, state: 'paused' }, offersOld: true }));
    expect(past.isOffered).toBe(false);
  });

  it('shows the playback bar everywhere but at the head', () => {
    expect(frameOf(inputsOf({ playback: LIVE })).transportLines).toEqual([]);
    expect(frameOf(inputsOf({ playback: { ...LIVE, state: 'paused' } })).transportLines).toHaveLength(2);
    expect(frameOf(inputsOf()).transportLines).toHaveLength(2);
  });
});

describe('what a frame reads', () => {
  const readsAfter = (keys: readonly string[], fields: Partial<FrameInputs> = {}) =>
    readsOf(frameOf(inputsOf({ ...fields, screen: screenAfter(keys, fields) })));

  it('is what is looked at, the whole object in the Spec tab, and the events of their tab at the head', () => {
    expect(readsAfter([]).map((r) => r.type)).toEqual(['prefer']);
    expect(readsAfter(['5']).map((r) => r.type)).toEqual(['prefer', 'object']);
    expect(readsAfter(['4']).map((r) => r.type)).toEqual(['prefer']);
    expect(readsAfter(['4'], { kind: 'live', playback: LIVE }).map((r) => r.type)).toEqual(['prefer', 'events']);
    expect(readsAfter(['4', '?'], { kind: 'live', playback: LIVE }).map((r) => r.type)).toEqual(['prefer', 'events']);
  });
});

describe('what a key is told of the screen', () => {
  it('is where the help is scrolled to, and how far it can be', () => {
    const screen = screenAfter(['?', 'j', 'j']);
    expect(screen.page).toMatchObject({ type: 'help', offset: 2 });
    const { help } = stepContextOf(frameOf(inputsOf({ screen })), timeline);
    expect(help.lines).toBeGreaterThan(help.height);
    expect(screenAfter(['?', 'G', 'j']).page).toMatchObject({ offset: help.lines - help.height });
  });

  it('is the tab as it is on the screen: the next key scrolls on from it', () => {
    const lines = stepContextOf(frameOf(inputsOf({ screen: screenAfter(['3', 'G']) })), timeline).detail;
    expect(lines.lines).toBeGreaterThan(0);
    expect(lines.top).toBe(Math.max(0, lines.lines - lines.height));
  });
});
