import type { Change } from '../diagnosis/change.ts';
import { configsForNextStart, hiddenConfigs } from '../diagnosis/config-changes.ts';
import type { Subject } from '../diagnosis/subject.ts';
import { changeFactsOf, whatChanged } from '../diagnosis/what-changed.ts';
import type { FieldChange } from '../model/template-changes.ts';
import { counted, timeOfDay } from '../text/duration.ts';
import { goDuration } from '../text/go-duration.ts';
import { shorten } from '../text/truncate.ts';
import { timeNear } from './runs.ts';

/** What changed before a container's trouble started, newest first. */
export function changesOf({ state, entry, now }: Subject): readonly Change[] {
  return entry.trouble === null ? [] : whatChanged(changeFactsOf({ state, entry, now }));
}

/** The same, each in a sentence. */
export function describeChanges(subject: Subject, most?: number): readonly string[] {
  return changesOf(subject).map((change) => describeChange(change, subject.entry.container.name, subject.now, most));
}

/**
 * Says that permissions hide whether the configs of a container in trouble changed; '' if they do
 * not, or it has none.
 */
export function describeHiddenConfigs(subject: Subject): string {
  const hidden = hiddenConfigs(changeFactsOf(subject));
  const why = [...new Set(hidden.map((configs) => configs.why))].join('; ');
  return hidden.length === 0 ? '' : `config changes: not visible (${why})`;
}

/**
 * Configs written since the last start of a container in trouble, to be read at its next start,
 * each in a sentence.
 */
export function describeConfigsForNextStart(subject: Subject): readonly string[] {
  return configsForNextStart(changeFactsOf(subject)).map(({ source, at, by }) => {
    const who = by === '' ? '' : ` by ${by}`;
    return `${source} has changed since, at ${timeNear(at, subject.now)}${who}: takes effect at the next start`;
  });
}

/**
 * A change in a sentence: `revision 42, 40s before the first crash: memory limit 1Gi → 512Mi`.
 * @param container the container in view: its own fields omit its name.
 * @param most the maximum number of differences to list; the others are counted.
 */
export function describeChange(change: Change, container: string, now: number, most: number = Number.POSITIVE_INFINITY): string {
  const when = `${describeWho(change)}${describeWhen(change, now)}`;
  return [when, describeWhat(change, container, most)].filter((words) => words !== '').join(': ');
}

function describeWho({ kind, source, isMadeAnew }: Change): string {
  switch (kind) {
    case 'revision':
      return source;
    case 'image-edited':
      return 'the pod was edited in place';
    case 'kubelet-started':
      return `the ${source} started`;
    case 'config':
      return `${source} ${isMadeAnew ? 'was recreated' : 'changed'}`;
    case 'node':
      return '';
  }
}

function describeWhen(change: Change, now: number): string {
  const { kind, at, beforeMs, isAtMost, unseenRuns, began } = change;
  if (at === null) return '';
  if (beforeMs === null) return ` at ${timeNear(at, now)}`;
  const long = `${isAtMost ? 'at most ' : ''}${goDuration(beforeMs)} before the first ${began}`;
  const unseen = unseenRuns === 0 ? '' : ` (${counted(unseenRuns, 'run')} not seen)`;
  if (kind === 'config') {
    // Its pod may have failed earlier: only what was seen is known.
    const first = `${goDuration(beforeMs)} before the first ${isAtMost ? 'known ' : ''}${began}`;
    return ` ${first}${unseen}${change.by === undefined ? '' : `, by ${change.by}`}`;
  }
  return `${kind === 'node' ? 'its pod was recreated ' : ', '}${long}${unseen}`;
}

const NOT_KEPT = 'the difference is in its args, in environment values, or in other data that crashtop does not keep';

function describeWhat({ kind, source, at, fields }: Change, container: string, most: number): string {
  if (kind === 'config') return '';
  if (kind === 'node' && at === null) return `only its pods on ${source} are in trouble, those on other nodes are healthy`;
  if (fields === null) return 'its changes are unknown';
  if (fields.length === 0) return kind === 'revision' ? NOT_KEPT : '';
  const words = [...new Set(fields.map((field) => describeField(field, container, fields)))];
  const more = words.length - most;
  return more > 0 ? `${words.slice(0, most).join(', ')}, ${more} more` : words.join(', ');
}

const RESOURCE = /^resources\.(limit|request)s\.(.+)$/;
const PROBE = /^((?:liveness|readiness|startup)Probe)\.?(.*)$/;
const LONGEST_VALUE = 60;

/**
 * One difference: `image app:1.4.2 → app:1.5.0`, `env DB_URL added`, `memory limit 1Gi → 512Mi`.
 */
export function describeField(field: FieldChange, container: string, all: readonly FieldChange[] = [field]): string {
  const { path, from, to } = field;
  if (path.startsWith('annotation ')) return describeAnnotation(path.slice('annotation '.length), to);
  const own = `${container}: `;
  const colon = path.indexOf(': ');
  const whose = path.startsWith(own) || colon < 0 ? '' : path.slice(0, colon + 2);
  const name = colon < 0 ? path : path.slice(colon + 2);
  if (name === 'args' && from !== null && to !== null) return `${whose}args changed`;
  if (name === 'image') return `${whose}image ${describeImages(from, to)}`;
  const resource = RESOURCE.exec(name);
  if (resource !== null) return `${whose}${resource[2]} ${resource[1]} ${fromTo(from, to)}`;
  const probe = PROBE.exec(name)?.[1];
  if (probe !== undefined && isWhole(`${path.slice(0, path.length - name.length)}${probe}`, all))
    return `${whose}${probe} ${from === null ? 'added' : 'removed'}`;
  if (from === null || to === null) return `${whose}${name} ${from === null ? 'added' : 'removed'}${added(name, to)}`;
  return `${whose}${name} ${fromTo(from, to)}`;
}

// A probe that was added or removed has all its fields on one side, including the port or command
// that every probe has.
function isWhole(probe: string, all: readonly FieldChange[]): boolean {
  const fields = all.filter(({ path }) => path.startsWith(probe));
  const isOneSided = fields.every(({ from }) => from === null) || fields.every(({ to }) => to === null);
  return isOneSided && (fields.length > 1 || fields[0]?.path === probe);
}

// The new command says more than that there is one.
function added(name: string, to: string | null): string {
  return name === 'command' && to !== null ? `: ${shorten(to, LONGEST_VALUE)}` : '';
}

function describeAnnotation(name: string, to: string | null): string {
  const at = name.endsWith('/restartedAt') && to !== null ? Date.parse(to) : Number.NaN;
  if (!name.endsWith('/restartedAt')) return `${name} differs`;
  return Number.isNaN(at) ? 'kubectl rollout restart' : `kubectl rollout restart at ${timeOfDay(at)}`;
}

function fromTo(from: string | null, to: string | null): string {
  return `${describeValue(from)} → ${describeValue(to)}`;
}

function describeValue(value: string | null): string {
  return value === null ? 'none' : shorten(value === '' ? '""' : value, LONGEST_VALUE);
}

// If only the tag differs, registry and path add nothing.
function describeImages(from: string | null, to: string | null): string {
  if (from === null || to === null) return fromTo(from, to);
  const slash = from.lastIndexOf('/') + 1;
  const isSamePlace = from.slice(0, slash) === to.slice(0, slash) && !to.slice(slash).includes('/');
  return isSamePlace
    ? fromTo(shortDigest(from.slice(slash)), shortDigest(to.slice(slash)))
    : fromTo(shortDigest(from), shortDigest(to));
}

function shortDigest(image: string): string {
  return image.replace(/@sha256:([0-9a-f]{12})[0-9a-f]+$/, '@sha256:$1…');
}
