import { accessSync, constants } from 'node:fs';
import type { Acknowledgement } from '../diagnosis/acknowledgement/acknowledgement.ts';
import { changesOf, firstTold, type Told } from '../diagnosis/acknowledgement/alerts.ts';
import { judge, SETTLES_AFTER_MS, type Unsettled } from '../diagnosis/acknowledgement/judge.ts';
import { type Connection, isCurrent } from '../diagnosis/connection.ts';
import { type Problem, problemsAt } from '../diagnosis/problems.ts';
import { systemClock } from '../process/system-clock.ts';
import { UsageError } from '../process/usage-error.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { Notifier, type NotifierOptions, type NotifyHow } from './notifier.ts';

export interface AlertingOptions extends NotifierOptions {
  readonly timeline: () => Timeline;
  readonly connection: () => Connection;
  /** Acknowledged problems do not ring. */
  readonly acknowledged: () => readonly Acknowledgement[];
}

const LOOK_EVERY_MS = 1000;

/**
 * Looks at a live session once a second and reports changes. Only a connected session reports: time
 * alone would let an unseen loop recover. @returns a function that stops it.
 */
export function startAlerting(options: AlertingOptions): () => void {
  const notifier = new Notifier(options);
  let told: Told | null = null;
  let firstLookAt = 0;
  let unsettled: Unsettled = new Map();
  const look = () => {
    const now = systemClock.now();
    const { head } = options.timeline();
    if (head.podsListedAt === null || !isCurrent(options.connection(), now)) return;
    const problems = problemsAt(head, now);
    if (told === null) {
      told = firstTold(problems, head, now);
      firstLookAt = now;
      return;
    }
    const facts = { state: head, now, unsettled, settlesAfterMs: SETTLES_AFTER_MS };
    const judgement = judge(problems, options.acknowledged(), facts);
    unsettled = judgement.unsettled;
    const isAcknowledged = (p: Problem) => judgement.standings.get(p.key)?.type === 'acknowledged';
    const changes = changesOf(told, problems, head, now, firstLookAt, isAcknowledged);
    told = changes.told;
    notifier.tell(changes.alerts);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    notifier.stop();
  };
}

const COMMAND = 'command:';
const BY_TERMINAL = ['bell', 'osc9', 'osc777'] as const;

/**
 * `bell`, `osc9`, `osc777` or `command:PATH`. @throws UsageError for anything else, and for a
 * program that cannot be run.
 */
export function notifyHowOf(text: string): NotifyHow {
  const by = BY_TERMINAL.find((name) => name === text);
  if (by !== undefined) return { type: by };
  const path = text.startsWith(COMMAND) ? text.slice(COMMAND.length) : '';
  if (path === '') throw new UsageError(`--notify ${JSON.stringify(text)}: use bell, osc9, osc777 or command:PATH`);
  // A name without a slash is looked up in PATH when it runs.
  if (path.includes('/')) {
    try {
      accessSync(path, constants.X_OK);
    } catch {
      throw new UsageError(`--notify: ${path} is not an executable program; give its path, without arguments`);
    }
  }
  return { type: 'command', path };
}
