import type { CrashAspect } from '../model/crash-comparison.ts';
import type { LengthTrend } from '../model/run-trend.ts';
import { type CrashRate, crashRate, lengthTrend, runLengths } from '../model/run-trend.ts';
import type { FieldChange } from '../model/template-changes.ts';
import { ratedRuns } from './crash-rate.ts';
import { lastTwoCrashes } from './last-two-crashes.ts';
import type { Subject } from './subject.ts';
import type { Change } from './what-changed.ts';

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
}

/** A change for programs. Checksums are left out: that they differ is all they tell. */
export function changeFact({ kind, source, at, beforeMs, isAtMost, fields }: Change): ChangeFact {
  return {
    kind,
    source,
    at: at === null ? null : new Date(at).toISOString().replace('.000Z', 'Z'),
    beforeSeconds: beforeMs === null ? null : Math.round(beforeMs / 1000),
    atMost: isAtMost,
    fields: fields?.map(withoutChecksum) ?? null,
  };
}

function withoutChecksum(field: FieldChange): FieldChange {
  return field.path.startsWith('annotation checksum/') ? { ...field, from: null, to: null } : field;
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
