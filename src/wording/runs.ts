import { signalOf } from '../model/exit-code.ts';
import { type Run, ranFor, type Stop } from '../model/ledger.ts';
import { RESTARTING_ALL } from '../model/restart-stand-in.ts';
import { dateAndTime, duration, timeOfDay } from '../text/duration.ts';

const SAME_DAY_MS = 20 * 3_600_000;

/** A time of day, with its date if it may be another day. Both in epoch ms. */
export function timeNear(at: number, now: number): string {
  return Math.abs(now - at) < SAME_DAY_MS ? timeOfDay(at) : dateAndTime(at);
}

/** `17:59:22 (5m ago)`. Both in epoch ms. */
export function timeAgo(at: number, now: number): string {
  return `${timeNear(at, now)} (${duration(now - at)} ago)`;
}

/** `#13`: its attempt, counted from 0 by the kubelet, so the restart count when it started. */
export function runNumber(run: Run): string {
  return `#${run.attempt}`;
}

const STOPS: Readonly<Record<Stop, string>> = {
  deletion: 'deleted',
  resize: 'resized',
  edit: 'edited',
  'pod-done': 'pod done',
  reboot: 'rebooted',
  'restart-all': 'restarted with pod',
};

/**
 * The exit code and the most informative word: `137 OOMKilled`, `139 SIGSEGV`, `1 Error`. For an
 * intentional stop, its reason: `137 resized`. '' if unknown.
 */
export function shortExit(run: Run): string {
  if (run.exitCode === null) {
    if (run.stop === 'restart-all') return 'restarted with pod';
    if (run.reason === RESTARTING_ALL) return 'exit not seen';
    return run.endIsInferred ? 'gone with pod' : run.reason;
  }
  if (run.stop !== null) return `${run.exitCode} ${STOPS[run.stop]}`;
  // The runtime's "Error" says less than the signal in the code.
  const word = run.reason === 'Error' || run.reason === '' ? (signalOf(run.exitCode) ?? run.reason) : run.reason;
  return `${run.exitCode} ${word}`.trimEnd();
}

/** The length of a run, up to `now` (epoch ms) if it is running: `38s`; '?' if unknown. */
export function shortRunLength(run: Run, now: number): string {
  const ran = ranFor(run, now);
  return ran === null ? '?' : duration(ran);
}

/** The first twelve digits of a container ID, as most tools show it. */
export function shortID(containerID: string): string {
  const scheme = containerID.indexOf('://');
  return scheme < 0 ? containerID.slice(0, 12) : containerID.slice(scheme + 3, scheme + 15);
}
