import type { Change } from '../../diagnosis/change.ts';
import { revisionChangeOf } from '../../diagnosis/revision-change.ts';
import type { Subject } from '../../diagnosis/subject.ts';
import type { ContainerSpec, Pod } from '../../model/pod.ts';
import type { FieldChange } from '../../model/template-changes.ts';
import { cutEnd } from '../../text/cells.ts';
import { counted } from '../../text/duration.ts';
import { arrayOf, type Json, objectOf, stringOf } from '../../text/json.ts';
import { memoByIdentity } from '../../text/memo-by-identity.ts';
import { safeLine } from '../../text/safe-text.ts';
import { describeChange, describeField } from '../../wording/changes.ts';
import { describeProbe } from '../../wording/probes.ts';
import { timeNear } from '../../wording/runs.ts';
import { span } from '../lines/fit-line.ts';
import type { Line } from '../lines/line.ts';
import { labelled, marked, paragraph, textWidth } from '../lines/paragraph.ts';
import {
  boxGrid,
  fitsInGrid,
  type GridPainter,
  gridSize,
  narrowed,
  type SmallTable,
  tableWithoutGrid,
} from '../lines/small-table.ts';
import { wrap } from '../lines/wrap.ts';
import { type Pane, paneOf } from './pane.ts';

/**
 * The whole object of a pod, fetched on demand. `object` is as the API sent it, `yaml` is safe
 * text.
 */
export type FullObject =
  | { readonly type: 'loading' }
  | { readonly type: 'known'; readonly object: Json; readonly yaml: string }
  | { readonly type: 'failed'; readonly why: string };

export const LOADING: FullObject = Object.freeze({ type: 'loading' });

const GRID_MARGIN = 1;
const MIN_IMAGE = 14;

/**
 * The Spec tab: the pod's containers and conditions, the container's spec, and the whole object as
 * YAML.
 */
export function specPane(subject: Subject, object: FullObject, width: number, gridOf: GridPainter = boxGrid): Pane {
  const { pod } = subject.entry.record;
  const name = subject.entry.container.name;
  const conditions = conditionsTable(pod, subject.now);
  const room = width - 2 * GRID_MARGIN;
  const change = revisionChangeOf(subject);
  const containers = narrowed(containersTable(pod, name), IMAGE_COLUMN, room, MIN_IMAGE);
  const grids = gridsFor(containers, conditions, room);
  const plain = [containers, conditions].filter((table) => table.rows.length > 0 && !grids.includes(table));
  return paneOf([
    ...sideBySide(grids, gridOf),
    ...plain.flatMap((table): Line[] => [...tableWithoutGrid(table, width), []]),
    ...changeLines(subject, change, width),
    ...containerLines(subject, object, change, width),
    ...objectLines(object, width),
  ]);
}

// A grid shorter than its neighbour leaves blank cells. An empty line follows.
function sideBySide(tables: readonly SmallTable[], gridOf: GridPainter): Line[] {
  if (tables.length === 0) return [];
  const grids = tables.map((table) => ({ lines: gridOf(table), blank: span(' '.repeat(gridSize(table).width)) }));
  const height = Math.max(...grids.map(({ lines }) => lines.length));
  const margin = span(' '.repeat(GRID_MARGIN));
  const rows = Array.from({ length: height }, (_, i): Line => grids.flatMap((g) => [margin, ...(g.lines[i] ?? [g.blank])]));
  return [...rows, []];
}

function gridsFor(containers: SmallTable, conditions: SmallTable, room: number): readonly SmallTable[] {
  if (!fitsInGrid(containers, room)) return [];
  const left = room - gridSize(containers).width - GRID_MARGIN;
  return fitsInGrid(conditions, left) ? [containers, conditions] : [containers];
}

const IMAGE_COLUMN = 2;

function containersTable(pod: Pod, selected: string): SmallTable {
  return {
    headings: ['CONTAINER', 'TYPE', 'IMAGE', 'RESTARTS ON', 'MEMORY', 'PROBES'],
    rows: pod.spec.containers.map((c) => [
      `${c.name === selected ? '▸ ' : '  '}${cutEnd(c.name, 30)}`,
      c.type,
      c.image,
      policyOf(c, pod),
      c.memoryLimit ?? (pod.spec.memoryLimit === undefined ? 'no limit' : `pod: ${pod.spec.memoryLimit}`),
      probesOf(c),
    ]),
  };
}

function policyOf(container: ContainerSpec, pod: Pod): string {
  const policy = container.restartPolicy ?? pod.spec.restartPolicy;
  return container.restartRules.length === 0 ? policy : `${policy}, rules`;
}

function probesOf(c: ContainerSpec): string {
  const probes = [
    c.startupTiming === undefined ? '' : 'startup',
    c.livenessTiming === undefined ? '' : 'liveness',
    c.hasReadinessProbe ? 'readiness' : '',
  ];
  return probes.filter((p) => p !== '').join(' ') || 'none';
}

function conditionsTable(pod: Pod, now: number): SmallTable {
  return {
    headings: ['CONDITION', 'STATUS', 'SINCE', 'REASON'],
    rows: pod.conditions.map((c) => [c.type, c.status, c.since === null ? '' : timeNear(c.since, now), c.reason]),
  };
}

// The changes of a revision are listed together, and again beside each of the fields below.
function changeLines(subject: Subject, change: Change | null, width: number): Line[] {
  if (change === null) return [];
  return [...paragraph('changed', describeChange(change, subject.entry.container.name, subject.now), width, 'warn'), []];
}

/**
 * One fact of the container's spec, and the paths of a pod template (model/pod-template.ts) that
 * make it up.
 */
interface Fact {
  readonly label: string;
  readonly text: string;
  readonly paths: RegExp;
}

function containerLines(subject: Subject, object: FullObject, change: Change | null, width: number): Line[] {
  if (object.type !== 'known') return [];
  const { name } = subject.entry.container;
  const raw = rawContainer(object.object, name);
  if (raw === null) return [];
  const own = `${name}: `;
  const changes = (change?.fields ?? []).filter(({ path }) => path.startsWith(own));
  const changed = (paths: RegExp) => changes.filter(({ path }) => paths.test(path.slice(own.length)));
  const lines = factsOf(raw, objectOf(object.object.spec)).flatMap(({ label, text, paths }) =>
    factLines(label, text, changed(paths), name, width),
  );
  return lines.length === 0 ? [] : [...lines, []];
}

function factsOf(raw: Json, spec: Json): readonly Fact[] {
  const resources = objectOf(raw.resources);
  return [
    { label: 'image', text: stringOf(raw.image), paths: /^image$/ },
    { label: 'command', text: describeObject(raw.command), paths: /^command$/ },
    { label: 'args', text: describeObject(raw.args), paths: /^args$/ },
    { label: 'env', text: envNames(raw), paths: /^env(?:From)? / },
    { label: 'requests', text: quantitiesOf(resources.requests), paths: /^resources\.requests\./ },
    { label: 'limits', text: quantitiesOf(resources.limits), paths: /^resources\.limits\./ },
    { label: 'startup', text: probeOf(raw.startupProbe), paths: /^startupProbe\b/ },
    { label: 'liveness', text: probeOf(raw.livenessProbe), paths: /^livenessProbe\b/ },
    { label: 'readiness', text: probeOf(raw.readinessProbe), paths: /^readinessProbe\b/ },
    { label: 'policy', text: describePolicy(raw, spec), paths: /^restartPolicy/ },
  ];
}

// A field that a revision removed has no text any more, only its mark.
function factLines(label: string, text: string, changes: readonly FieldChange[], container: string, width: number): Line[] {
  const marks = [...new Set(changes.map((change) => describeField(change, container, changes)))].flatMap((words) =>
    marked(CHANGED, words, textWidth(width), 'warn'),
  );
  if (text === '') return labelled(label, marks);
  return [...paragraph(label, safeLine(text), width), ...labelled('', marks)];
}

const CHANGED = '≠ ';

function probeOf(raw: unknown): string {
  return raw == null ? '' : describeProbe(raw);
}

// Leaves out the values: they are masked anyway, and the object below has the rest.
function envNames(raw: Json): string {
  const names = arrayOf(raw.env).map((item) => stringOf(objectOf(item).name));
  const from = arrayOf(raw.envFrom).map((item) => {
    const { configMapRef, secretRef } = objectOf(item);
    return configMapRef == null
      ? `all of Secret ${stringOf(objectOf(secretRef).name)}`
      : `all of ConfigMap ${stringOf(objectOf(configMapRef).name)}`;
  });
  return [...names, ...from].join(', ');
}

// The API fills in defaults: a missing field was not set.
function describePolicy(raw: Json, spec: Json): string {
  const restarts = stringOf(raw.restartPolicy) || stringOf(spec.restartPolicy);
  const rules = arrayOf(raw.restartPolicyRules).length;
  const grace = spec.terminationGracePeriodSeconds;
  const pulls = stringOf(raw.imagePullPolicy);
  return [
    restarts === '' ? '' : `restarts: ${restarts}${rules === 0 ? '' : `, after ${counted(rules, 'rule')} of its own`}`,
    pulls === '' ? '' : `pulls its image: ${pulls}`,
    typeof grace === 'number' ? `${grace}s to end when it is told to` : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function rawContainer(object: Json, name: string): Json | null {
  const spec = objectOf(object.spec);
  const lists = [spec.containers, spec.initContainers, spec.ephemeralContainers];
  const raw = lists.flatMap(arrayOf).find((c) => safeLine(stringOf(objectOf(c).name)) === name);
  return raw === undefined ? null : objectOf(raw);
}

// Quoted for a shell, so that the borders between words are visible.
function describeObject(raw: unknown): string {
  return arrayOf(raw)
    .map(String)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)))
    .join(' ');
}

function quantitiesOf(raw: unknown): string {
  return Object.entries(objectOf(raw))
    .map(([resource, quantity]) => `${resource} ${String(quantity)}`)
    .join(', ');
}

function objectLines(object: FullObject, width: number): readonly Line[] {
  switch (object.type) {
    case 'loading':
      return [[span(' fetching the whole object', 'dim')]];
    case 'failed':
      return wrap(`could not fetch the whole object: ${object.why}`, width - 2).map((row) => [span(` ${row}`, 'warn')]);
    case 'known':
      return yamlOfWidth(object, width);
  }
}

// An object of a thousand lines is wrapped once for each width, not for each frame.
const yamlOfWidth = memoByIdentity(({ yaml }: Extract<FullObject, { type: 'known' }>, width: number): readonly Line[] =>
  yaml
    .trimEnd()
    .split('\n')
    .flatMap((line) => yamlLines(line, width)),
);

const KEY = /^(\s*(?:- ){0,20})([^\s:"'][^:"']*:)(?= |$)/;

// Wrapped text is indented below its own line, so that it does not look like a line of the object.
function yamlLines(line: string, width: number): Line[] {
  const indent = Math.min(Math.floor(width / 2), line.length - line.trimStart().length);
  const [first = '', ...rest] = wrap(line, width - 1);
  const key = KEY.exec(first);
  const head: Line =
    key === null ? [span(` ${first}`)] : [span(` ${key[1]}`), span(key[2] as string, 'info'), span(first.slice(key[0].length))];
  const more = wrap(rest.join(' '), width - indent - 5).filter((row) => row !== '');
  return [head, ...more.map((row): Line => [span(`${' '.repeat(indent + 3)}${row}`)])];
}
