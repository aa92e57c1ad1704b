import { command } from '../../model/evidence/kubectl-hints.ts';
import type { Condition } from '../../model/pod.ts';
import type { KubeEvent, Owner } from '../../model/resources.ts';
import { timeOfDay } from '../../text/duration.ts';
import { firstLine } from '../../text/truncate.ts';
import type { Workload } from '../../timeline/state.ts';

/** A condition of an object as evidence; empty without one. */
export function conditionEvidence(condition: Condition | undefined): string[] {
  if (condition === undefined) return [];
  const since = condition.since === null ? '' : ` since ${timeOfDay(condition.since)}`;
  const message = firstLine(condition.message);
  return [`condition ${condition.type}=${condition.status}, ${condition.reason}${since}${message === '' ? '' : `: ${message}`}`];
}

/** The counts of a workload's status as evidence; empty without such a status. */
export function statusEvidence({ desired, created, updated, ready, available }: Owner): string[] {
  if (desired === null || created === null) return [];
  return [`status: ${desired} desired, ${created} created, ${updated} updated, ${ready} ready, ${available} available`];
}

/** A CronJob's schedule and last success as evidence. */
export function cronEvidence(owner: Owner): string[] {
  const { schedule, lastSucceededAt } = owner.cron ?? { schedule: '', lastSucceededAt: null };
  const success = lastSucceededAt === null ? 'has not succeeded yet' : `last succeeded at ${timeOfDay(lastSucceededAt)}`;
  return [`schedule ${schedule}; ${success}`];
}

/** An event as evidence, on one line. */
export function eventEvidence(event: KubeEvent): string {
  return `event ${event.reason} x${event.count}, last at ${timeOfDay(event.lastAt)}: ${firstLine(event.message)}`;
}

/** The kubectl command that describes a workload; null if its names are not valid in Kubernetes. */
export function describe({ namespace, kind, name }: Workload): string | null {
  return command`kubectl -n ${namespace} describe ${kind.toLowerCase()} ${name}`;
}
