import type { TableEntry } from '../../diagnosis/entry.ts';
import { namespacesNotSeen } from '../../diagnosis/visibility.ts';
import { counted, duration, durationLeft, grouped, timeOfDay } from '../../text/duration.ts';
import { missingPermissionsText } from '../../wording/missing-permissions.ts';
import { scopeText } from '../../wording/scope.ts';
import type { HeaderFacts } from '../header.ts';
import { fitLine, span } from '../lines/fit-line.ts';
import type { Line } from '../lines/line.ts';

/** The inputs of an empty table. */
export interface EmptyTableFacts
  extends Pick<HeaderFacts, 'kind' | 'source' | 'connection' | 'state' | 'gaps' | 'now' | 'wallNow' | 'startedAt' | 'listed'> {
  /** As typed; '' without a filter. */
  readonly filter: string;
}

/**
 * The text of an empty table: why it has no rows. At most `height` lines of exactly `width` cells.
 */
export function emptyTableLines(
  facts: EmptyTableFacts,
  entries: readonly TableEntry[],
  width: number,
  height: number,
): readonly Line[] {
  const lines: Line[] = [[], ...emptyText(facts, entries).map((line) => [span('   '), ...line])];
  return lines.slice(0, height).map((line) => fitLine(line, width));
}

function emptyText(facts: EmptyTableFacts, entries: readonly TableEntry[]): Line[] {
  const { filter, state, connection, source } = facts;
  if (entries.length > 0) {
    return [[span(`The filter “${filter.trim()}” hides all ${grouped(facts.listed)}.`, 'warn')], [span('Esc clears it.', 'dim')]];
  }
  if (state.podsListedAt === null || connection.phase === 'listing') return notListed(facts);
  const calm = calmText(facts);
  const lines: Line[] = [[span(calm, connection.phase === 'lost' || connection.phase === 'refused' ? 'plain' : 'good')]];
  const hidden = missingPermissionsText(state.hidden, namespacesNotSeen(facts.gaps, facts.now));
  if (hidden !== '') lines.push([span(`Not everything was seen: ${hidden}.`, 'warn')]);
  if (connection.phase === 'lost' || connection.phase === 'refused')
    lines.push([span(`But the connection is lost: ${connection.reason}`, 'alert')]);
  if (state.names.size === 0) lines.push([span(`No pods found in ${scopeText(source)} of ${source.name}.`)]);
  return lines;
}

/** "Nothing is crash-looping. 412 pods watched in 9 namespaces for 14s." */
function calmText({ state, now, startedAt, kind }: EmptyTableFacts): string {
  const namespaces = new Set<string>();
  for (const record of state.pods.values()) if (record.goneAt === null) namespaces.add(record.pod.namespace);
  const pods = counted(state.names.size, 'pod');
  const where = state.names.size === 0 ? '' : ` in ${counted(namespaces.size, 'namespace')}`;
  return `Nothing is crash-looping. ${pods} ${kind === 'live' ? 'watched' : 'recorded'}${where} for ${duration(now - startedAt)}.`;
}

function notListed(facts: EmptyTableFacts): Line[] {
  const { connection, wallNow, source, state } = facts;
  switch (connection.phase) {
    case 'connecting':
      return [[span(`Connecting to ${connection.to} for ${duration(wallNow - connection.since)} …`)]];
    case 'listing':
      return [
        [
          span(
            `Listing the pods of ${scopeText(source)}: ${grouped(connection.listed)} so far, for ${duration(wallNow - connection.since)} …`,
          ),
        ],
        ...(missingPermissionsText(state.hidden) === ''
          ? []
          : [[span(`Not visible: ${missingPermissionsText(state.hidden)}.`, 'warn' as const)]]),
      ];
    case 'live':
      return [[span(`Connected; waiting for the list of pods.`)]];
    case 'lost': {
      const retry = connection.retryAt === null ? '' : ` Trying again in ${durationLeft(connection.retryAt - wallNow)}.`;
      return [
        [span(`No connection to ${source.name}: ${connection.reason}`, 'bad')],
        [span(`Lost at ${timeOfDay(connection.since)} UTC, before any pod was seen.${retry}`)],
      ];
    }
    case 'refused':
      return [[span(`${source.name} refuses: ${connection.reason}`, 'bad')], [span('Nothing is known about its pods.')]];
    case 'reading':
      return [[span('Reading the recording …')]];
    case 'recorded':
      return [[span(`The recording has no list of pods up to ${timeOfDay(facts.now)} UTC.`)]];
  }
}
