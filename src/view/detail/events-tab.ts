import { ownersOf } from '../../diagnosis/owners.ts';
import { hiddenBecause, type Subject, type WorkloadSubject } from '../../diagnosis/subject.ts';
import { eventsOf } from '../../diagnosis/workload/not-created.ts';
import type { KubeEvent, Owner } from '../../model/resources.ts';
import { padEnd, padStart } from '../../text/cells.ts';
import { duration } from '../../text/duration.ts';
import { eventsOfNode } from '../../timeline/state.ts';
import { span } from '../lines/fit-line.ts';
import type { Line } from '../lines/line.ts';
import { wrap } from '../lines/wrap.ts';
import { type Pane, paneOf } from './pane.ts';

/** Equal events about the same container. Times in epoch ms. */
export interface MergedEvents {
  readonly event: KubeEvent;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/**
 * The Events tab: events about the pod, then about its owners and its node, each the newest first,
 * equal ones in one row.
 */
export function eventsPane(subject: Subject, width: number): Pane {
  const { state, entry } = subject;
  const { pod } = entry.record;
  const notice = hiddenNotice(subject, width);
  const ofPod = state.events.get(pod.uid) ?? [];
  if (notice.length > 0 && ofPod.length === 0) return paneOf(notice);
  const none = sentence('no events about this pod are known; Kubernetes forgets them after an hour', width, 'dim');
  const rows = eventRows(ofPod, entry.container.name, subject.now, width);
  return paneOf([
    ...notice,
    ...(rows.length === 0 ? none : [[span(headings(width), 'dim')], ...rows]),
    ...aboutOwners(subject, width),
    ...aboutNode(subject, width),
  ]);
}

/** The Events tab of a workload: events about it and about its ReplicaSets and Jobs. */
export function workloadEventsPane(subject: WorkloadSubject, width: number): Pane {
  const { state, entry } = subject;
  const owner = state.statuses.get(entry.workload.key)?.owner;
  const rows = eventRows(owner === undefined ? [] : eventsOf(state, owner), '', subject.now, width);
  const notice = hiddenNotice(subject, width);
  if (rows.length > 0) return paneOf([...notice, [span(headings(width), 'dim')], ...rows]);
  const none = 'no events about this workload are known; Kubernetes forgets them after an hour';
  return paneOf(notice.length > 0 ? notice : sentence(none, width, 'dim'));
}

function hiddenNotice(subject: Subject | WorkloadSubject, width: number): Line[] {
  const why = hiddenBecause(subject, 'events');
  return why === null ? [] : sentence(`events are hidden: ${why}`, width, 'warn');
}

function aboutOwners(subject: Subject, width: number): Line[] {
  const { state, entry, now } = subject;
  const { controller } = entry.record.pod;
  if (controller === null) return section('about its owner', 'it has none, so nothing recreates this pod', [], width);
  const owners = ownersOf(state, entry.record);
  const events = ownerUids(owners, controller.uid).flatMap((uid) => state.events.get(uid) ?? []);
  const names = owners.length === 0 ? [`${controller.kind} ${controller.name}`] : owners.map((o) => `${o.kind} ${o.name}`);
  const heading = `about its ${names.length === 1 ? 'owner' : 'owners'}, ${names.join(' and ')}`;
  return section(heading, 'none are known', eventRows(events, '', now, width), width);
}

function ownerUids(owners: readonly Owner[], controller: string): readonly string[] {
  return owners.length === 0 ? [controller] : owners.map((owner) => owner.uid);
}

function aboutNode({ state, entry, now }: Subject, width: number): Line[] {
  const name = entry.record.pod.spec.nodeName;
  if (name === '') return section('about its node', 'it is on no node yet', [], width);
  return section(`about its node, ${name}`, 'none are known', eventRows(eventsOfNode(state, name), '', now, width), width);
}

function section(heading: string, none: string, rows: readonly Line[], width: number): Line[] {
  if (rows.length === 0) return [[], ...sentence(`${heading}: ${none}`, width, 'dim')];
  return [[], ...sentence(heading, width, 'strong'), ...rows];
}

function eventRows(events: readonly KubeEvent[], container: string, now: number, width: number): Line[] {
  return mergedEvents(events).flatMap((merged) => eventLines(merged, container, now, width));
}

/**
 * Merges equal events, the newest first: Kubernetes counts repetitions in one event, but begins a
 * new one after a kubelet's restart, and for each of its writers.
 */
export function mergedEvents(events: readonly KubeEvent[]): MergedEvents[] {
  const merged = new Map<string, MergedEvents>();
  for (const event of events) {
    const key = JSON.stringify([event.type, event.reason, event.involved.container, event.message]);
    const { count, firstAt, lastAt } = merged.get(key) ?? { count: 0, firstAt: event.firstAt, lastAt: event.lastAt };
    merged.set(key, {
      event,
      count: count + event.count,
      firstAt: Math.min(firstAt, event.firstAt),
      lastAt: Math.max(lastAt, event.lastAt),
    });
  }
  return [...merged.values()].sort((a, b) => b.lastAt - a.lastAt);
}

interface Widths {
  readonly reason: number;
  readonly message: number;
}

const LAST = 7;
const FIRST = 7;
const COUNT = 6;
const TYPE = 8;
const NARROW = 100;

function widthsAt(width: number): Widths {
  const reason = width < NARROW ? 16 : 22;
  const type = width < NARROW ? 2 : TYPE + 1;
  return { reason, message: Math.max(10, width - 1 - LAST - FIRST - COUNT - 1 - type - reason - 2) };
}

function headings(width: number): string {
  const { reason } = widthsAt(width);
  const type = width < NARROW ? '  ' : padEnd('TYPE', TYPE + 1);
  return ` ${padEnd('LAST', LAST)}${padEnd('FIRST', FIRST)}${padStart('COUNT', COUNT)} ${type}${padEnd('REASON', reason)} MESSAGE`;
}

function eventLines({ event, count, firstAt, lastAt }: MergedEvents, container: string, now: number, width: number): Line[] {
  const { reason, message } = widthsAt(width);
  const isWarning = event.type === 'Warning';
  // One letter remains of the type on narrow screens.
  const type = width < NARROW ? (isWarning ? 'W ' : '  ') : padEnd(event.type, TYPE + 1);
  const about = event.involved.container;
  const text = about === '' || about === container ? event.message : `[${about}] ${event.message}`;
  const left = ` ${padEnd(duration(now - lastAt), LAST)}${padEnd(duration(now - firstAt), FIRST)}${padStart(`x${count}`, COUNT)} `;
  return wrap(text, message).map((row, index): Line => {
    if (index > 0) return [span(' '.repeat(width - message - 1)), span(row)];
    const tone = isWarning ? 'warn' : 'plain';
    return [span(left), span(type, tone), span(`${padEnd(event.reason, reason)} `, tone), span(row)];
  });
}

function sentence(text: string, width: number, tone: 'dim' | 'warn' | 'strong'): Line[] {
  return wrap(text, width - 2).map((row) => [span(` ${row}`, tone)]);
}
