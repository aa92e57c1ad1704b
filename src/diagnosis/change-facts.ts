import type { CrashAspect } from '../model/crash-comparison.ts';
import type { LengthTrend } from '../model/run-trend.ts';
import { type CrashRate, crashRate, lengthTrend, runLengths } from '../model/run-trend.ts';
import type { FieldChange } from '../model/template-changes.ts';
import type { Change, ChangeFacts } from './change.ts';
import { configsForNextStart, type HiddenConfigs, hiddenConfigs } from './config-changes.ts';
import { ratedRuns } from './crash-rate.ts';
import { lastTwoCrashes } from './last-two-crashes.ts';
import type { Subject } from './subject.ts';

/** A change as a program reads it; its time is RFC 3339. */
export interface ChangeFact {
  readonly kind: Change['kind'];
  readonly source: string;
  readonly at: string | null;
  /** From the change to the first crash or failure that is known. */
  readonly beforeSeconds: number | null;
  /** Is that the most it can be, as what came first was not seen? */
  readonly atMost: boolean;
  /** null where it is not known what differs. */
  readonly fields: readonly FieldChange[] | null;
  /** Of a config: which manager wrote it; absent where it gave no name. */
  readonly by?: string;
}

/** A change for programs. Checksums are left out: that they differ is all they tell. */
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

/** What the configs of a container in trouble tell besides changes before it, as a program reads it. */
export interface ConfigFacts {
  /** The kinds that it refers to and that rights hide: whether these changed, nobody can say. */
  readonly configsHidden: readonly HiddenConfigs[];
  /** What was written since it started last and takes effect when it starts next. `by` is absent where the manager gave no name. */
  readonly configsForNextStart: readonly { readonly source: string; readonly at: string; readonly by?: string }[];
}

/** Of one that is in no trouble, nothing. */
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

/** How the crashes of a container go, as a program reads it. */
export interface CrashHistoryFacts {
  /** null where no two crashes are known. */
  readonly lastTwo: {
    readonly alike: boolean;
    readonly same: readonly CrashAspect[];
    readonly differences: readonly { readonly aspect: CrashAspect; readonly from: string; readonly to: string }[];
    readonly ofEarlierPod: boolean;
  } | null;
  /** `seconds`: how long the newest runs lasted, oldest first. */
  readonly runLengths: { readonly trend: LengthTrend; readonly seconds: readonly number[] };
  /** `perTenMinutes`: crashes in the last three stretches of ten minutes, oldest first. */
  readonly crashRate: {
    readonly trend: CrashRate['trend'];
    readonly perTenMinutes: readonly number[];
    readonly byBackoff: boolean;
  };
}

/** The last two crashes compared, and where the lengths of runs and the rate of crashes go. */
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
