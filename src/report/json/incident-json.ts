import { changeFact, configFacts, crashHistoryFacts } from '../../diagnosis/change-facts.ts';
import { changeFactsOf } from '../../diagnosis/what-changed.ts';
import type { Incident, IncidentProblem } from '../incident/incident.ts';
import { snapshotRuns } from './snapshot.ts';

/**
 * The incident for programs: everything that the other formats show, without omissions. Times are
 * RFC 3339.
 */
export function incidentJson(incident: Incident, tool: string): string {
  const { source, from, to, pods, crashes, markers, gaps, hidden, problems } = incident;
  const report = {
    schemaVersion: 1,
    tool,
    source: { kind: source.kind, name: source.name, context: source.context, serverVersion: source.serverVersion },
    from: rfc3339(from),
    to: rfc3339(to),
    pods,
    crashes,
    markers: markers.map(({ at, name, note }) => ({ at: rfc3339(at), name, note })),
    gaps: gaps.map((g) => ({ ...g, from: rfc3339(g.from), to: g.to === null ? null : rfc3339(g.to) })),
    hidden,
    problems: problems.map((problem) => problemOf(problem, to)),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function rfc3339(at: number): string {
  return new Date(at).toISOString();
}

function problemOf(problem: IncidentProblem, to: number) {
  const { since, lastAt, causeId, title, why, confidence, evidence, next, changes, lastSeen, pods, log, events, ...rest } =
    problem;
  return {
    ...rest,
    since: rfc3339(since),
    lastInTroubleAt: rfc3339(lastAt),
    cause: { id: causeId, title, summary: why, confidence, evidence },
    next,
    changed: changes.map(changeFact),
    ...(lastSeen === null ? {} : { ...configFacts(changeFactsOf(lastSeen)), ...crashHistoryFacts(lastSeen) }),
    pods: pods.map(({ entry, state, unobserved }) => ({
      namespace: entry.record.pod.namespace,
      name: entry.record.pod.name,
      uid: entry.record.pod.uid,
      node: entry.record.pod.spec.nodeName || null,
      container: entry.container.name,
      state,
      restartCount: entry.container.status?.restartCount ?? 0,
      unobservedRuns: unobserved,
      runs: snapshotRuns(entry.container.ledger, to),
    })),
    log: log.missing === '' ? log.lines.map(({ time, text }, i) => ({ time, text, telling: i === log.telling })) : null,
    events: events.map(({ event, count, firstAt, lastAt }) => ({
      ...{ type: event.type, reason: event.reason, message: event.message, count },
      firstAt: rfc3339(firstAt),
      lastAt: rfc3339(lastAt),
    })),
  };
}
