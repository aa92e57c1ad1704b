import { oldProblems } from '../diagnosis/acknowledgement/judge.ts';
import type { Connection } from '../diagnosis/connection.ts';
import { entryOf, healthyEntries, isAcknowledged, isWorkloadEntry, type TableEntry } from '../diagnosis/entry.ts';
import { statusOf } from '../diagnosis/kubectl-status.ts';
import { countSince, type WithNodeTroubles, withNodeTroubles } from '../diagnosis/node-trouble.ts';
import { problemListAt } from '../diagnosis/problem-list.ts';
import type { SourceInfo } from '../timeline/envelope.ts';
import { endOf, isAtHead, type Playback } from '../timeline/playback.ts';
import type { ClusterState } from '../timeline/state.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { describeProblem, workloadsOf } from '../wording/acknowledgements.ts';
import type { SourceActivity } from '../wording/source-activity.ts';
import { shownRecord } from './detail/detail.ts';
import { type DetailScreenFacts, type OpenTab, openTabOf } from './detail/detail-screen.ts';
import type { FullObject } from './detail/spec-tab.ts';
import type { SessionKind } from './header.ts';
import { helpHeight, helpLines } from './help.ts';
import type { GridPainter } from './lines/small-table.ts';
import { layoutOf, type ScreenSize } from './main-screen.ts';
import { notLiveText, PLAYBACK_BAR_HEIGHT, type PlaybackFacts, playbackBarLines } from './playback-bar.ts';
import { withAcknowledged } from './table/acknowledged.ts';
import { parseFilter, passes } from './table/filter.ts';
import { type Shared, sharedProblems } from './table/group-text.ts';
import { countWorkloads, type Order, type Table, tableOf } from './table/table.ts';
import { settled } from './update/page.ts';
import { openDetail, type ScreenState } from './update/screen-state.ts';
import type { StepContext } from './update/step.ts';
import { selectedEntry } from './update/table.ts';

/** All that the screens draw. Immutable. */
export interface Frame extends DetailScreenFacts {
  readonly playback: Playback;
  /** null where nothing is read from a cluster. */
  readonly activity: SourceActivity | null;
  /** Is the offer to acknowledge what is old what the screen says? */
  readonly isOffered: boolean;
  /** The drill-down's tab as it is on the screen; null where none is. */
  readonly tab: OpenTab | null;
}

/** What is in trouble at one time, and what that tells together. */
export interface ListedProblems extends WithNodeTroubles {
  readonly state: ClusterState;
  /** Epoch ms. */
  readonly now: number;
  readonly shared: Shared;
}

/** What is in trouble in `state` at `now` (epoch ms). */
export function listProblems(state: ClusterState, now: number): ListedProblems {
  const found = withNodeTroubles(state, problemListAt(state, now), now);
  return { ...found, state, now, shared: sharedProblems(found.entries) };
}

/** All that a frame is made of. Times in epoch ms. */
export interface FrameInputs {
  readonly kind: SessionKind;
  readonly source: SourceInfo;
  readonly connection: Connection;
  readonly activity: SourceActivity | null;
  readonly timeline: PlaybackFacts & Pick<Timeline, 'gapsAt'>;
  readonly playback: Playback;
  readonly screen: ScreenState;
  readonly size: ScreenSize;
  /** The machine's time. */
  readonly wallNow: number;
  /** At the time that the playback shows. */
  readonly problems: ListedProblems;
  /** Its entries, each with how it stands to an acknowledgement. */
  readonly judged: readonly TableEntry[];
  /** May the screen offer to acknowledge what is old? */
  readonly offersOld: boolean;
  /** The order that the rows keep; null decides it anew. */
  readonly order: Order | null;
  /** Since when what comes to the head of a cluster is new to the person at the keys. */
  readonly awaySince: number;
  /** What crashtop has to say since the last key; '' where it has nothing. */
  readonly said: string;
  /** The whole object of a pod, as far as it is known. */
  readonly objectOf: (record: ReturnType<typeof shownRecord>) => FullObject;
  readonly gridOf: GridPainter;
}

/** Trouble counts as new for this long, in ms. */
const NEW_FOR_MS = 15 * 60_000;

/** The lines that the menu of what can be copied leaves to others, with its own heading. */
const AROUND_THE_MENU = 9;

/** What is on the screen. Pure. The frame's screen has a selection that exists and is in sight. */
export function frameOf(inputs: FrameInputs): Frame {
  const { timeline, playback, source, connection, size, judged, wallNow } = inputs;
  const { state, now, shared } = inputs.problems;
  const acknowledged = judged.filter(isAcknowledged);
  const open = acknowledged.length === 0 ? judged : judged.filter((p) => !isAcknowledged(p));
  const nodeTroubles = inputs.problems.nodeTroubles.filter((t) => open.some((p) => t.members.has(p.key)));
  const newSince = newSinceAt(inputs);
  const listed = tableAt(inputs, nodeTroubles, newSince);
  const offer = offerOf(inputs);
  const frame: Omit<Frame, 'tab'> = {
    kind: inputs.kind,
    source,
    connection,
    state,
    gaps: timeline.gapsAt(now),
    now,
    wallNow,
    startedAt: timeline.startedAt,
    newSince,
    newCount: countSince(open, nodeTroubles, newSince),
    troubled: open.length,
    notLive: notLiveText(playback, timeline),
    counts: new Map([...countWorkloads(open, nodeTroubles), ['acknowledged', workloadsOf(acknowledged)]]),
    ...listed,
    shared,
    transportLines: transportHeight(playback) === 0 ? [] : playbackBarLines(playback, timeline, size.columns),
    notice: inputs.said || offer,
    isOffered: inputs.said === '' && offer !== '',
    size,
    playback,
    activity: inputs.activity,
    subject: subjectOf(inputs),
  };
  return { ...frame, tab: openTabOf(frame, inputs.objectOf, inputs.gridOf) };
}

type Listed = Pick<Frame, 'screen' | 'table' | 'entries' | 'listed' | 'filtered'>;

function tableAt(inputs: FrameInputs, nodeTroubles: ListedProblems['nodeTroubles'], newSince: number): Listed {
  const { judged, source, order, wallNow, screen } = inputs;
  const { state, now } = inputs.problems;
  const { filter, sort, folds, grouping, showAll, showsAcknowledged } = screen.table;
  const entries = showAll ? [...judged, ...healthyEntries(state, judged)] : judged;
  const wanted = parseFilter(filter);
  const shown = entries.filter((e) => passes(wanted, e, (entry) => statusOf(entry, now, source.serverVersion)));
  const height = tableHeight(inputs);
  const request = {
    ...{ sort, folds, grouping, nodeTroubles, height, newSince, wallNow },
    entries: shown.filter((e) => !isAcknowledged(e)),
    before: order,
  };
  const table: Table = withAcknowledged(tableOf(request), shown.filter(isAcknowledged), request, showsAcknowledged);
  return {
    screen: settled(screen, { table, height }),
    table,
    entries,
    listed: entries.length,
    filtered: entries.length - shown.length,
  };
}

function transportHeight(playback: Playback): number {
  return isAtHead(playback) ? 0 : PLAYBACK_BAR_HEIGHT;
}

function tableHeight({ size, screen, playback }: Pick<Frame, 'size' | 'screen' | 'playback'>): number {
  return layoutOf(size, screen, transportHeight(playback)).table;
}

// Problems of the first complete list began before it, at an unknown time: they are not new. In a
// recording there is no absence: what began recently is new.
function newSinceAt({ timeline, playback, awaySince, problems }: FrameInputs): number {
  const { head, endedAt } = timeline;
  return Math.max(head.podsListedAt ?? endedAt, isAtHead(playback) ? awaySince : problems.now - NEW_FOR_MS);
}

// Old loops bury what is new: offered in each cluster until it is answered.
function offerOf({ offersOld, playback, problems, judged }: FrameInputs): string {
  const mayOffer = offersOld && isAtHead(playback) && problems.state.podsListedAt !== null;
  const old = mayOffer ? oldProblems(judged, problems.now) : [];
  return old.length === 0 ? '' : `${describeProblem(old)} older than a day: A acknowledges, Esc does not`;
}

function subjectOf({ screen, problems, judged }: FrameInputs): TableEntry | null {
  const detail = openDetail(screen);
  return detail === null ? null : (entryOf(problems.state, judged, detail.key) ?? null);
}

/**
 * What the next key needs to know of the screen.
 * @param timeline the frame's; it may have grown since.
 */
export function stepContextOf(frame: Frame, timeline: Pick<Timeline, 'endedAt'>): StepContext {
  const { table, entries, subject, now, playback, isOffered, size, startedAt, tab } = frame;
  return {
    ...{ table, entries, subject, now, playback, isOffered },
    height: tableHeight(frame),
    detail: tab?.drawn ?? NOTHING_DRAWN,
    help: helpOf(frame),
    startsAt: startedAt,
    endsAt: endOf(playback, timeline),
    menuHeight: size.rows - AROUND_THE_MENU,
  };
}

const NOTHING_DRAWN: OpenTab['drawn'] = Object.freeze({
  ...{ lines: 0, height: 1, top: 0, references: [], rows: [], row: null, line: '' },
});

// Its lines are counted only while it is open.
function helpOf(frame: Frame): StepContext['help'] {
  const { page } = frame.screen;
  const { columns, rows } = frame.size;
  const height = helpHeight(rows);
  return page.type === 'help'
    ? { lines: helpLines(frame, columns).length, height, top: page.offset }
    : { lines: 0, height, top: 0 };
}

/** What must be read for a frame, as data. Who runs it sees to it that nothing is asked twice. */
export type Read =
  /** What is looked at comes first. */
  | { readonly type: 'prefer'; readonly key: string; readonly podUid: string; readonly container: string }
  | { readonly type: 'events'; readonly namespace: string; readonly podUid: string }
  | { readonly type: 'object'; readonly record: NonNullable<ReturnType<typeof shownRecord>> };

/** What is to be read for what is on the screen. */
export function readsOf(frame: Frame): readonly Read[] {
  const { subject, table, screen, playback, tab } = frame;
  const lookedAt = subject ?? selectedEntry(table, screen.table);
  const reads: Read[] = [];
  if (lookedAt !== null && !isWorkloadEntry(lookedAt))
    reads.push({ type: 'prefer', key: lookedAt.key, podUid: lookedAt.record.pod.uid, container: lookedAt.container.name });
  // The past has no newer events.
  if (openDetail(screen)?.tab === 'events' && subject !== null && !isWorkloadEntry(subject) && playback.state === 'live')
    reads.push({ type: 'events', namespace: subject.record.pod.namespace, podUid: subject.record.pod.uid });
  const record = tab?.detail.tab === 'spec' ? shownRecord(tab.facts) : null;
  if (record !== null) reads.push({ type: 'object', record });
  return reads;
}
