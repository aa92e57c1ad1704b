import { duration, hourAndMinute } from '../../text/duration.ts';
import type { Gap, Marker } from '../../timeline/state.ts';
import { HISTORY_MS, type HistoryCell, historyCells } from '../../view/table/history-strip.ts';
import type { Incident, IncidentPod } from './incident.ts';
import type { Wait } from './incident-words.ts';

// Charts have no text: it would shrink with them on a phone. The words are in HTML beside them.
const CELLS = 240;
const HEIGHT = 20;

// A crash is as high as the lane, a run half of it, a wait a line: distinct without colours.
const LOOKS: Readonly<Record<Exclude<HistoryCell, 'absent'>, { readonly y: number; readonly height: number }>> = {
  crash: { y: 0, height: HEIGHT },
  running: { y: 5, height: 10 },
  estimated: { y: 7.5, height: 5 },
  unseen: { y: 7.5, height: 5 },
  waiting: { y: 9.25, height: 1.5 },
};

// A list from kubectl is one moment; its pods' past lies before it.
const A_MOMENT_MS = 60_000;

/** True if it is one moment rather than a time span. */
export function isMoment({ from, to }: Pick<Incident, 'from' | 'to'>): boolean {
  return to - from < A_MOMENT_MS;
}

/** The time span of the lanes: the incident's or, for one moment, the time before it. */
export function lanesSpan({ from, to }: Pick<Incident, 'from' | 'to'>): Pick<Incident, 'from' | 'to'> {
  return isMoment({ from, to }) ? { from: to - HISTORY_MS, to } : { from, to };
}

/** The cells of a pod's history between two times, as in the screen's history strip. */
export function lifeOf({ entry }: IncidentPod, { from, to }: Pick<Incident, 'from' | 'to'>, cells: number): HistoryCell[] {
  const { record, container } = entry;
  const facts = {
    ledger: container.ledger,
    createdAt: record.pod.createdAt,
    restartCount: container.status?.restartCount ?? 0,
    goneAt: record.goneAt,
    seenUntil: null,
  };
  return historyCells(facts, to, cells, Math.max(1, to - from));
}

/** One lane: a container's life over time. */
export function LifeLane({ pod, incident }: { readonly pod: IncidentPod; readonly incident: Incident }) {
  const runs = stretches(lifeOf(pod, lanesSpan(incident), CELLS));
  return (
    <svg className="lane" viewBox={`0 0 ${CELLS} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {runs.map(({ cell, from, count }) => (
        <rect key={from} className={cell} x={from} width={count} {...LOOKS[cell]} />
      ))}
    </svg>
  );
}

interface Stretch {
  readonly cell: Exclude<HistoryCell, 'absent'>;
  readonly from: number;
  readonly count: number;
}

function stretches(cells: readonly HistoryCell[]): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const [from, cell] of cells.entries()) {
    const last = found.at(-1);
    if (last !== undefined && last.cell === cell && last.from + last.count === from)
      found[found.length - 1] = { ...last, count: last.count + 1 };
    else if (cell !== 'absent') found.push({ cell, from, count: 1 });
  }
  return found;
}

const WAITS_SHOWN = 60;
// Charts with fewer bars keep the width of this many.
const MIN_WAITS = 24;
const WAITS_HEIGHT = 60;

/**
 * The waits before each restart as bars. The line over a bar is the back-off that the kubelet
 * published.
 */
export function WaitsChart({ waits }: { readonly waits: readonly Wait[] }) {
  const shown = waits.slice(-WAITS_SHOWN);
  const most = Math.max(1000, ...shown.map((w) => Math.max(w.waitedMs, w.publishedMs ?? 0)));
  const yOf = (ms: number) => WAITS_HEIGHT - (ms / most) * (WAITS_HEIGHT - 2);
  return (
    <figure>
      <svg
        className="waits"
        viewBox={`0 0 ${Math.max(MIN_WAITS, shown.length) * 4} ${WAITS_HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
      >
        <title>{`how long it waited before each restart, at most ${duration(most)}`}</title>
        {shown.map(({ run, waitedMs, publishedMs }, i) => (
          <g key={run + String(i)}>
            <rect className="wait" x={i * 4 + 0.5} y={yOf(waitedMs)} width={3} height={WAITS_HEIGHT - yOf(waitedMs)}>
              <title>{`before run ${run}: ${duration(waitedMs)}`}</title>
            </rect>
            {publishedMs !== null && <rect className="published" x={i * 4} y={yOf(publishedMs) - 0.5} width={4} height={1} />}
          </g>
        ))}
      </svg>
      <figcaption>
        {`Back-off: the wait before each of ${shown.length} restarts, oldest first: ${shown.map((w) => duration(w.waitedMs)).join(', ')}. The line is the back-off that the kubelet published.`}
      </figcaption>
    </figure>
  );
}

const DENSITY_HEIGHT = 60;

/** Crashes over time; gaps are shaded, markers are lines. */
export function CrashChart({ incident }: { readonly incident: Incident }) {
  const { density, from, to, gaps, markers } = incident;
  const most = Math.max(1, ...density.map((b) => b.crashes));
  const xOf = (at: number) => ((Math.min(to, Math.max(from, at)) - from) / Math.max(1, to - from)) * density.length;
  return (
    <figure>
      <svg className="crashes" viewBox={`0 0 ${density.length} ${DENSITY_HEIGHT}`} preserveAspectRatio="none" role="img">
        <title>{`crashes over time, at most ${most} in ${duration((to - from) / density.length)}`}</title>
        {gaps.map((gap: Gap) => (
          <rect
            key={`${gap.kind} ${gap.from}`}
            className="gap"
            x={xOf(gap.from)}
            width={Math.max(0.5, xOf(gap.to ?? to) - xOf(gap.from))}
            height={DENSITY_HEIGHT}
          />
        ))}
        {density.map((bucket, i) => {
          const height = (bucket.crashes / most) * (DENSITY_HEIGHT - 4);
          // The position in time identifies a bucket.
          return height === 0 ? null : (
            <rect key={i} className="crash" x={i} y={DENSITY_HEIGHT - height} width={0.85} height={height} />
          );
        })}
        {markers.map((marker: Marker) => (
          <rect key={`${marker.at} ${marker.name}`} className="marker" x={xOf(marker.at)} width={0.3} height={DENSITY_HEIGHT} />
        ))}
      </svg>
      <Axis {...incident} />
      <figcaption>{`Crashes over time: at most ${most} in ${duration((to - from) / density.length)}. Lines are markers; shaded times were not watched.`}</figcaption>
    </figure>
  );
}

/** The times at both ends and in the middle, in UTC. */
export function Axis({ from, to }: Pick<Incident, 'from' | 'to'>) {
  return (
    <div className="axis">
      {[from, (from + to) / 2, to].map((at) => (
        <span key={at}>{hourAndMinute(at)}</span>
      ))}
    </div>
  );
}
