import type { CrashAspect } from '../model/crash-comparison.ts';
import type { LengthTrend } from '../model/run-trend.ts';
import { type CrashRate, crashRate, lengthTrend, runLengths } from '../model/run-trend.ts';
import type { FieldChange } from '../model/template-changes.ts';
import type { Change, ChangeFacts } from './change.ts';
import { configsForNextStart, type HiddenConfigs, hiddenConfigs } from './config-changes.ts';
import { ratedRuns } from './crash-rate.ts';
import { lastTwoCrashes } from './last-two-crashes.ts';
import type { Subject } from './subject.ts';

/** A change for programs; its time is RFC 3339. */
export interface ChangeFact {
  readonly kind: Change['kind'];
  readonly source: string;
  readonly at: string | null;
  /** From the change to the first known crash or failure. */
  readonly beforeSeconds: number | null;
  /** True if that is an upper limit, because the first failures were not seen. */
  readonly atMost: boolean;
  /** null if the differences are unknown. */
  readonly fields: readonly FieldChange[] | null;
  /** For a config: the manager that wrote it; absent without a name. */
  readonly by?: string;
}

/** Converts a change for programs. Omits checksum values: all they say is that they differ. */
export function changeFact({ kind, source, at, beforeMs, isAtMost, fields, by }: Change): ChangeFact {
  return {
    kind,
    source,
    at: at === null ? null : rfc3339(at),
    beforeSeconds: beforeMs === null ? null : Math.round(beforeMs / 1000),
    atMost: isAtMost,
    fields: fields?.map(withoutChecksum) ?? null,
    ...(by === undefined ? {} : { by }),
  };
}

function withoutChecksum(field: FieldChange): FieldChange {
  return field.path.startsWith('annotation checksum/') ? { ...field, from: null, to: null } : field;
}

/** The configs of a container in trouble, besides changes before it, for programs. */
export interface ConfigFacts {
  /** The kinds that it refers to and that permissions hide: whether these changed is unknown. */
  readonly configsHidden: readonly HiddenConfigs[];
  /**
   * Configs written since its last start, which take effect at its next start. `by` is absent if
   * the manager gave no name.
   */
  readonly configsForNextStart: readonly { readonly source: string; readonly at: string; readonly by?: string }[];
}

/** Empty without trouble. */
export function configFacts(facts: ChangeFacts): ConfigFacts {
  const later = configsForNextStart(facts).map(({ source, at, by }) => ({
    source,
    at: rfc3339(at),
    ...(by === '' ? {} : { by }),
  }));
  return { configsHidden: hiddenConfigs(facts), configsForNextStart: later };
}

function rfc3339(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

/** A container's crash history for programs. */
export interface CrashHistoryFacts {
  /** null if fewer than two crashes are known. */
  readonly lastTwo: {
    readonly alike: boolean;
    readonly same: readonly CrashAspect[];
    readonly differences: readonly { readonly aspect: CrashAspect; readonly from: string; readonly to: string }[];
    readonly ofEarlierPod: boolean;
  } | null;
  /** `seconds`: lengths of the most recent runs, oldest first. */
  readonly runLengths: { readonly trend: LengthTrend; readonly seconds: readonly number[] };
  /** `perTenMinutes`: crashes in each of the last three ten-minute periods, oldest first. */
  readonly crashRate: {
    readonly trend: CrashRate['trend'];
    readonly perTenMinutes: readonly number[];
    readonly byBackoff: boolean;
  };
}

/** Compares the last two crashes, and gives the trends of run lengths and crash rate. */
export function crashHistoryFacts(subject: Subject): CrashHistoryFacts {
  const { entry, now } = subject;
  const two = lastTwoCrashes(subject);
  const lengths = runLengths(entry.container.ledger, now);
  const rate = crashRate([ratedRuns(entry)], now);
  return {
    lastTwo:
      two === null
        ? null
        : {
            alike: two.differences.length === 0,
            same: two.same,
            differences: two.differences,
            ofEarlierPod: two.isOfEarlierPod,
          },
    runLengths: { trend: lengthTrend(lengths), seconds: lengths.lengths.map((ms) => Math.round(ms / 1000)) },
    crashRate: { trend: rate.trend, perTenMinutes: rate.counts, byBackoff: rate.isByBackoff },
  };
}
