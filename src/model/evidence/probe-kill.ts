import { firstLine, shorten } from '../../text/truncate.ts';
import type { CauseFacts, Verdict } from '../cause.ts';
import { containerSpecOf, type ProbeTiming } from '../pod.ts';
import type { KubeEvent } from '../resources.ts';
import type { End } from './end.ts';
import { eventEvidence, forcedEndEvidence } from './end-evidence.ts';
import { eventMessage } from './event-message.ts';
import { type Kill, killOf } from './kill.ts';
import { describePod, logsOfDead } from './kubectl-hints.ts';
import { lastTerminationOf } from './last-termination.ts';
import { newestLives, seconds, spanOf } from './run-lengths.ts';

const UNHEALTHY = /^(?:Liveness|Startup) probe failed: /;

/**
 * The verdict that the kubelet killed the newest run because this probe failed, with the arithmetic
 * of the probe; null if it did not.
 */
export function probeKill(facts: CauseFacts, probe: 'liveness' | 'startup'): Verdict | null {
  const end = lastTerminationOf(facts);
  const kill = end === null ? null : killOf(facts, end);
  if (end === null || kill?.why !== `${probe} probe`) return null;
  const unhealthy = unhealthyEvent(facts, kill);
  const said = unhealthy === undefined ? '' : shorten(firstLine(eventMessage(unhealthy).replace(UNHEALTHY, '')));
  return {
    summary: `${kill.why} failed, killed (exit ${end.exitCode})${said === '' ? '' : `: ${said}`}`,
    confidence: kill.isOfThisRun ? 'certain' : 'likely',
    evidence: [
      eventEvidence(kill),
      ...(unhealthy === undefined ? [] : [eventEvidence({ event: unhealthy })]),
      ...arithmetic(facts, probe, end),
      ...forcedEndEvidence(facts, end),
    ],
    next: [describePod(facts), logsOfDead(facts)],
  };
}

// The probe's message when it failed.
function unhealthyEvent({ events, container }: CauseFacts, { why }: Kill): KubeEvent | undefined {
  const isOfProbe = (message: string) => UNHEALTHY.test(message) && message.toLowerCase().startsWith(why);
  return events.findLast((e) => e.reason === 'Unhealthy' && e.involved.container === container && isOfProbe(eventMessage(e)));
}

// The kubelet starts to probe within a period of the start, then probes each period; API times are
// whole seconds.
const SLACK_MS = 3000;

function arithmetic(facts: CauseFacts, probe: 'liveness' | 'startup', end: End): string[] {
  const spec = containerSpecOf(facts.pod, facts.container);
  const timing = probe === 'liveness' ? spec?.livenessTiming : spec?.startupTiming;
  if (timing === undefined) return [];
  const { initialDelayMs, periodMs, failureThreshold, graceMs } = timing;
  const most = initialDelayMs + periodMs * failureThreshold + graceMs;
  const sum =
    `initialDelay ${seconds(initialDelayMs)} + period ${seconds(periodMs)} x threshold ${failureThreshold}` +
    ` + grace ${seconds(graceMs)} = ${seconds(most)} at most`;
  return [`${probe} probe that never passes: ${sum}${lived(facts, probe, timing, most, end)}`];
}

function lived(
  facts: CauseFacts,
  probe: string,
  { periodMs }: ProbeTiming,
  most: number,
  { startedAt, finishedAt }: End,
): string {
  const lives = newestLives(facts);
  const newest = startedAt === null || finishedAt === null ? lives.at(-1) : finishedAt - startedAt;
  if (newest === undefined) return '';
  const told = lives.length > 1 ? `the last ${lives.length} runs lived ${spanOf(lives)}` : `the run lived ${seconds(newest)}`;
  // Liveness is probed only after the startup probe has passed, and how long that took is unknown.
  if (probe === 'liveness' && containerSpecOf(facts.pod, facts.container)?.startupTiming !== undefined) return `; ${told}`;
  const enough = most + periodMs + SLACK_MS;
  if (Math.max(newest, ...lives) <= enough) return `; ${told}: no sign that it ever passed`;
  return `; ${told}: the newest ${newest <= enough ? 'shows no sign that it passed' : 'passed it for a while'}`;
}

/**
 * A hint that the newest runs lived exactly as long as a probe lets them without a success: it may
 * have killed them unseen. Empty if they did not, or if the container has no such probe.
 */
export function probeHint(facts: CauseFacts): string[] {
  const spec = containerSpecOf(facts.pod, facts.container);
  const lives = newestLives(facts);
  const probe = spec?.startupTiming === undefined ? 'liveness' : 'startup';
  const timing = spec?.startupTiming ?? spec?.livenessTiming;
  if (timing === undefined || lives.length === 0) return [];
  const { initialDelayMs, periodMs, failureThreshold, graceMs } = timing;
  const least = initialDelayMs + periodMs * (failureThreshold - 1) - SLACK_MS;
  const most = initialDelayMs + periodMs * (failureThreshold + 1) + graceMs + SLACK_MS;
  if (!lives.every((life) => life >= least && life <= most)) return [];
  return [`it lived ${spanOf(lives)}, as long as its ${probe} probe allows without a success: the probe may have killed it`];
}
