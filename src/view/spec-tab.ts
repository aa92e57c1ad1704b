import { arrayOf, type Json, objectOf, stringOf } from '../model/json.ts';
import type { ContainerSpec, Pod } from '../model/pod.ts';
import { safeLine } from '../model/safe-text.ts';
import { span } from './fit-line.ts';
import { cutEnd, type Line } from './line.ts';
import type { Pane } from './pane.ts';
import { paragraph } from './paragraph.ts';
import { probeInWords } from './probe-words.ts';
import { timeNear } from './run-words.ts';
import { fitsInGrid, gridSize, narrowed, plainTable, type SmallTable } from './small-table.ts';
import type { Subject } from './subject.ts';
import { wrap } from './wrap.ts';

/** The whole object of a pod, which is fetched when somebody looks. `object` is as the API sent it, `yaml` is safe text. */
export type FullObject =
  | { readonly is: 'loading' }
  | { readonly is: 'known'; readonly object: Json; readonly yaml: string }
  | { readonly is: 'failed'; readonly why: string };

/** The lines of the Spec tab, behind tables that are drawn with a grid and scroll away with them. */
export interface SpecPane extends Pane {
  /** Side by side, in the pane's first lines; none where they do not fit. */
  readonly grids: readonly SmallTable[];
  /** How many of the pane's lines the grids take up. */
  readonly gridHeight: number;
}

/** Is it a pane with grids to draw? */
export function hasGrids(pane: Pane): pane is SpecPane {
  return 'grids' in pane;
}

const GRID_MARGIN = 1;
const LEAST_IMAGE = 14;

/** The Spec tab: the pod's containers and conditions, what the container is told to do, and the whole object as YAML. */
export function specPane(subject: Subject, object: FullObject, width: number): SpecPane {
  const { pod } = subject.entry.record;
  const name = subject.entry.container.name;
  const conditions = conditionsTable(pod, subject.now);
  const room = width - 2 * GRID_MARGIN;
  const containers = narrowed(containersTable(pod, name), IMAGE_COLUMN, room, LEAST_IMAGE);
  const grids = gridsFor(containers, conditions, room);
  const plain = [containers, conditions].filter((table) => table.rows.length > 0 && !grids.includes(table));
  const lines = [
    ...plain.flatMap((table): Line[] => [...plainTable(table, width), []]),
    ...containerLines(subject, object, width),
    ...objectLines(object, width),
  ];
  const gridHeight = grids.length === 0 ? 0 : Math.max(...grids.map((table) => gridSize(table).height)) + 1;
  return {
    height: gridHeight + lines.length,
    opensAt: 'top',
    grids,
    gridHeight,
    slice: (from, count) => {
      const blank = Math.max(0, Math.min(count, gridHeight - from));
      const first = Math.max(0, from - gridHeight);
      return [...Array.from({ length: blank }, (): Line => []), ...lines.slice(first, first + count - blank)];
    },
  };
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
      c.memoryLimit ?? 'no limit',
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
    c.hasStartupProbe ? 'startup' : '',
    c.hasLivenessProbe ? 'liveness' : '',
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

function containerLines({ entry }: Subject, object: FullObject, width: number): Line[] {
  if (object.is !== 'known') return [];
  const raw = rawContainer(object.object, entry.container.name);
  if (raw === null) return [];
  const resources = objectOf(raw.resources);
  const facts: readonly (readonly [label: string, text: string])[] = [
    ['image', stringOf(raw.image)],
    ['command', wordsOf(raw.command)],
    ['args', wordsOf(raw.args)],
    ['requests', quantitiesOf(resources.requests)],
    ['limits', quantitiesOf(resources.limits)],
    ['startup', raw.startupProbe == null ? '' : probeInWords(raw.startupProbe)],
    ['liveness', raw.livenessProbe == null ? '' : probeInWords(raw.livenessProbe)],
    ['readiness', raw.readinessProbe == null ? '' : probeInWords(raw.readinessProbe)],
  ];
  const lines = facts.flatMap(([label, text]) => (text === '' ? [] : paragraph(label, safeLine(text), width)));
  return lines.length === 0 ? [] : [...lines, []];
}

function rawContainer(object: Json, name: string): Json | null {
  const spec = objectOf(object.spec);
  const lists = [spec.containers, spec.initContainers, spec.ephemeralContainers];
  const raw = lists.flatMap(arrayOf).find((c) => safeLine(stringOf(objectOf(c).name)) === name);
  return raw === undefined ? null : objectOf(raw);
}

// As a shell would need it, so that the borders between words can be seen.
function wordsOf(raw: unknown): string {
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

function objectLines(object: FullObject, width: number): Line[] {
  switch (object.is) {
    case 'loading':
      return [[span(' the whole object is being fetched', 'dim')]];
    case 'failed':
      return wrap(`the whole object could not be had: ${object.why}`, width - 2).map((row) => [span(` ${row}`, 'warn')]);
    case 'known':
      return object.yaml
        .trimEnd()
        .split('\n')
        .flatMap((line) => yamlLines(line, width));
  }
}

const KEY = /^(\s*(?:- )*)([^\s:"'][^:"']*:)(?= |$)/;

// What wraps is set in under its own line, so that it does not look like a line of the object.
function yamlLines(line: string, width: number): Line[] {
  const indent = Math.min(Math.floor(width / 2), line.length - line.trimStart().length);
  const [first = '', ...rest] = wrap(line, width - 1);
  const key = KEY.exec(first);
  const head: Line =
    key === null ? [span(` ${first}`)] : [span(` ${key[1]}`), span(key[2] as string, 'info'), span(first.slice(key[0].length))];
  const more = wrap(rest.join(' '), width - indent - 5).filter((row) => row !== '');
  return [head, ...more.map((row): Line => [span(`${' '.repeat(indent + 3)}${row}`)])];
}
