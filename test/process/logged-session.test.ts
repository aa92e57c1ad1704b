import { describe, expect, it } from 'vitest';
import { loggedSession } from '../../src/process/logged-session.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import type { Session } from '../../src/ui/session.ts';
import { startStore, TestWorld } from '../support/app-harness.ts';
import { crashLoopingPods } from '../support/crash-looping-pods.ts';
import { liveSession } from '../support/sessions.ts';

const NOW = Date.parse('2026-11-22T16:00:00Z');

function logged(given: Session) {
  const lines: string[] = [];
  let now = 0;
  const log = { endedBecause: null as string | null, write: (topic: string, text: string) => lines.push(`${topic} ${text}`) };
  return { session: loggedSession(given, log, () => (now += 1.25)), log, lines };
}

describe('the session of a debug log', () => {
  it('has a line for each frame that is worked out and painted', () => {
    const world = new TestWorld(NOW + 1000);
    const { session, lines } = logged(liveSession(crashLoopingPods(2, NOW), world));
    const store = startStore(session, world);
    expect(lines).toEqual(['frame 1.3 ms']);
    store.press(['down']);
    expect(lines).toEqual(['frame 1.3 ms', 'frame 1.3 ms']);
  });

  it('says once that the log has ended, in its place among what else is said', () => {
    const said = ['one'];
    const given = liveSession(crashLoopingPods(1, NOW), new TestWorld(NOW));
    const { session, log } = logged({ ...given, notices: () => said });
    expect(session.notices()).toEqual(['one']);
    log.endedBecause = 'the debug log ends here';
    expect(session.notices()).toEqual(['one', 'the debug log ends here']);
    said.push('two');
    expect(session.notices()).toEqual(['one', 'the debug log ends here', 'two']);
  });

  it('goes on to read what the session is asked anew for: the timeline that is now', () => {
    const timelines = [new Timeline(NOW), new Timeline(NOW + 1)];
    const given = liveSession(crashLoopingPods(1, NOW), new TestWorld(NOW));
    const changing = Object.defineProperty({ ...given }, 'timeline', { get: () => timelines[0] });
    const { session } = logged(changing);
    timelines.shift();
    expect(session.timeline.startedAt).toBe(NOW + 1);
  });
});
