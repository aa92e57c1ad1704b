import type { Session } from '../ui/session.ts';
import type { DebugLog } from './debug-log.ts';

/**
 * The same session, with the times of its frames in the log, and the end of the log among its
 * notices.
 * @param now milliseconds, of which only differences count.
 */
export function loggedSession(session: Session, log: Pick<DebugLog, 'write' | 'endedBecause'>, now: () => number): Session {
  const isOver = log.endedBecause !== null;
  let toldAfter: number | null = null;
  const notices = (): readonly string[] => {
    const said = session.notices();
    const { endedBecause } = log;
    if (isOver || endedBecause === null) return said;
    // It stays in its place among what is said before and after.
    toldAfter ??= said.length;
    return [...said.slice(0, toldAfter), endedBecause, ...said.slice(toldAfter)];
  };
  const beginFrame = () => {
    const begun = now();
    return () => log.write('frame', `${(now() - begun).toFixed(1)} ms`);
  };
  // What it has as getters stays so: the timeline of a session is another one after a while.
  return Object.create(session, { notices: { value: notices }, beginFrame: { value: beginFrame } });
}
