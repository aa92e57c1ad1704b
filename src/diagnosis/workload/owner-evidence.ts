import { command } from '../../model/evidence/kubectl-hints.ts';
import type { Condition } from '../../model/pod.ts';
import type { KubeEvent, Owner } from '../../model/resources.ts';
import { timeOfDay } from '../../text/duration.ts';
import { firstLine } from '../../text/truncate.ts';
import type { Workload } from '../../timeline/state.ts';

/** A condition of an object as evidence; none where there is no such condition. */
export function conditionEvidence(condition: Condition | undefined): string[] {
  if (condition === undefined) return [];
  const since = condition.since === null ? '' : ` since ${timeOfDay(condition.since)}`;
  const message = firstLine(condition.message);
  return [`condition ${condition.type}=${condition.status}, ${condition.reason}${since}${message === '' ? '' : `: ${message}`}`];
}

/** The counts of a workload's status as evidence; none where it has no such status. */
export function statusEvidence({ desired, created, updated, ready, available }: Owner): string[] {
  if (desired === null || created === null) return [];
  return [`status: ${desired} wanted, ${created} created, ${updated} updated, ${ready} ready, ${available} available`];
}

/** The schedule of a CronJob and its last success as evidence. */
export function cronEvidence(owner: Owner): string[] {
  const { schedule, lastSucceededAt } = owner.cron ?? { schedule: '', lastSucceededAt: null };
  const success = lastSucceededAt === null ? 'never succeeded so far' : `last succeeded at ${timeOfDay(lastSucceededAt)}`;
  return [`schedule ${schedule}; ${success}`];
}

/** An event as evidence, on one line. */
export function eventEvidence(event: KubeEvent): string {
  return `event ${event.reason} x${event.count}, last at ${timeOfDay(event.lastAt)}: ${firstLine(event.message)}`;
}

/** The command that describes a workload; null where its names cannot be names in Kubernetes. */
export function describe({ namespace, kind, name }: Workload): string | null {
  return command`kubectl -n ${namespace} describe ${kind.toLowerCase()} ${name}`;
}
