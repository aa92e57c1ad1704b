import type { BlockContent, ListItem, Paragraph, Root, RootContent, Table, TableRow } from 'mdast';
import { gfmToMarkdown } from 'mdast-util-gfm';
import { toMarkdown } from 'mdast-util-to-markdown';
import { counted, duration, hourAndMinute, timeOfDay } from '../../text/duration.ts';
import { HISTORY_GLYPHS } from '../../view/table/history-strip.ts';
import type { Incident, IncidentLog, IncidentPod, IncidentProblem } from './incident.ts';
import { isMoment, lanesSpan, lifeOf } from './incident-charts.tsx';
import {
  EVENT_HEADINGS,
  eventCells,
  factsOf,
  nameOfProblem,
  POD_HEADINGS,
  podCells,
  RUN_HEADINGS,
  runCells,
  spanOf,
  summaryOf,
  titleOf,
  type Wait,
  waitsOf,
} from './incident-words.ts';
import { plainPhrases } from './plain-phrases.ts';

// Width of a text chart: what a mail shows on a line beside a name.
const CELLS = 60;
const PODS_SHOWN = 12;
const LEDGERS_SHOWN = 3;

/**
 * The incident as Markdown (GitHub's, for the tables). Text of pods never becomes markup, a
 * mention, a reference or a formula.
 */
export function incidentMarkdown(incident: Incident, tool: string): string {
  const { source, problems } = incident;
  const children: RootContent[] = [
    heading(1, titleOf(incident)),
    paragraph([spanOf(incident), source.name, source.serverVersion].filter((t) => t !== null).join(' · ')),
    heading(2, 'Summary'),
    ...summaryOf(incident).map(paragraph),
    ...(isMoment(incident) ? [] : [code(crashesOf(incident))]),
    ...(incident.markers.length === 0
      ? []
      : [listOf(incident.markers.map((m) => `${timeOfDay(m.at)} ${m.name} ${m.note}`.trim()))]),
    ...(problems.length === 0 ? [] : [overview(problems)]),
    ...problems.flatMap((problem) => sectionOf(problem, incident)),
    paragraph(`Made by ${tool} from ${source.name}. Times are UTC. Output of pods is quoted.`),
  ];
  return toMarkdown({ type: 'root', children } satisfies Root, {
    extensions: [gfmToMarkdown({ tablePipeAlign: false })],
    bullet: '-',
    rule: '-',
    fences: true,
  });
}

function sectionOf(problem: IncidentProblem, incident: Incident): RootContent[] {
  const { why, evidence, next, pods, log, events } = problem;
  const { to } = incident;
  const [first] = pods;
  const waits = first === undefined ? [] : waitsOf(first);
  return [
    heading(2, nameOfProblem(problem)),
    { type: 'paragraph', children: [{ type: 'strong', children: plainPhrases(why) }] },
    listOf(factsOf(problem, incident).map(([label, words]) => `${label}: ${words}`)),
    ...block('Evidence', evidence.length === 0 ? [] : [listOf(evidence)]),
    ...block('Runs over time', pods.length === 0 ? [] : [code(lanesOf(pods, incident))]),
    ...block('Back-off', waits.length < 2 ? [] : [code(waitLines(waits))]),
    ...block('Log of the run that died', first === undefined && log.lines.length === 0 ? [] : [logOf(log)]),
    ...block('Pods', pods.length === 0 ? [] : [table(POD_HEADINGS, pods.map(podCells))]),
    ...block(
      'Restart history',
      pods.slice(0, LEDGERS_SHOWN).flatMap((pod) => ledgerOf(pod, to)),
    ),
    ...(pods.length > LEDGERS_SHOWN
      ? [paragraph(`${counted(pods.length - LEDGERS_SHOWN, 'more pod')}: the HTML and JSON reports have their runs.`)]
      : []),
    ...block(
      'Events',
      events.length === 0
        ? []
        : [
            table(
              EVENT_HEADINGS,
              events.map((e) => eventCells(e, to)),
            ),
          ],
    ),
    ...block('Run next', next.length === 0 ? [] : [code(next.join('\n'), 'sh')]),
  ];
}

function block(title: string, content: readonly BlockContent[]): RootContent[] {
  return content.length === 0 ? [] : [heading(3, title), ...content];
}

function ledgerOf(pod: IncidentPod, now: number): BlockContent[] {
  const { rows, omitted } = runCells(pod, now);
  const { name } = pod.entry.record.pod;
  if (rows.length === 0) return [paragraph(`${name}: never started`)];
  const left = omitted === 0 ? '' : `; ${counted(omitted, 'earlier run')} omitted`;
  return [paragraph(`${name}: ${counted(pod.entry.container.ledger.length, 'run')} known${left}`), table(RUN_HEADINGS, rows)];
}

function logOf({ missing, lines, omitted }: IncidentLog): BlockContent {
  if (missing !== '') return paragraph(missing);
  return code([...(omitted > 0 ? [`… ${counted(omitted, 'line')} before`] : []), ...lines.map((l) => l.text)].join('\n'));
}

function overview(problems: readonly IncidentProblem[]): Table {
  const rows = problems.map((p) => [nameOfProblem(p), p.why, p.impact?.level ?? '-', String(p.pods.length || '-'), p.stateAtEnd]);
  return table(['Problem', 'Why', 'Impact', 'Pods', 'At the end'], rows);
}

const LEGEND = (['crash', 'running', 'waiting', 'unseen'] as const)
  .map((cell) => `${HISTORY_GLYPHS[cell].glyph} ${cell === 'unseen' ? 'not seen' : cell}`)
  .join('   ');

function lanesOf(pods: readonly IncidentPod[], incident: Incident): string {
  const span = lanesSpan(incident);
  const lanes = pods.slice(0, PODS_SHOWN).map((pod) => {
    const strip = lifeOf(pod, span, CELLS).map((cell) => HISTORY_GLYPHS[cell].glyph);
    return `${strip.join('')}  ${pod.entry.record.pod.name}`.trimEnd();
  });
  return [...lanes, axisOf(span), LEGEND].join('\n');
}

function axisOf({ from, to }: Pick<Incident, 'from' | 'to'>): string {
  const [begin, end] = [hourAndMinute(from), hourAndMinute(to)];
  return `${begin}${end.padStart(CELLS - begin.length)}`;
}

const HEIGHTS = '▁▂▃▄▅▆▇█';

function crashesOf(incident: Incident): string {
  const per = incident.density.length / CELLS;
  const counts = Array.from({ length: CELLS }, (_, i) =>
    incident.density.slice(Math.floor(i * per), Math.floor((i + 1) * per)).reduce((sum, b) => sum + b.crashes, 0),
  );
  const most = Math.max(1, ...counts);
  const bars = counts.map((n) => (n === 0 ? '·' : (HEIGHTS[Math.ceil((n / most) * HEIGHTS.length) - 1] as string)));
  return [
    bars.join(''),
    axisOf(incident),
    `crashes over time, at most ${most} in ${duration((incident.to - incident.from) / CELLS)}`,
  ].join('\n');
}

const WAITS_SHOWN = 20;
const WAIT_BAR = 40;

function waitLines(waits: readonly Wait[]): string {
  const shown = waits.slice(-WAITS_SHOWN);
  const most = Math.max(1, ...shown.map((w) => w.waitedMs));
  return shown
    .map(({ run, waitedMs, publishedMs }) => {
      const bar = '█'.repeat(Math.round((waitedMs / most) * WAIT_BAR)) || '▏';
      const published = publishedMs === null ? '' : ` (published ${duration(publishedMs)})`;
      return `before ${run.padEnd(5)} ${bar} ${duration(waitedMs)}${published}`;
    })
    .join('\n');
}

function heading(depth: 1 | 2 | 3, value: string): RootContent {
  return { type: 'heading', depth, children: plainPhrases(value) };
}

function paragraph(value: string): Paragraph {
  return { type: 'paragraph', children: plainPhrases(value) };
}

function code(value: string, lang: string | null = null): BlockContent {
  return { type: 'code', lang, value };
}

function listOf(items: readonly string[]): BlockContent {
  const children = items.map((item): ListItem => ({ type: 'listItem', spread: false, children: [paragraph(item)] }));
  return { type: 'list', ordered: false, spread: false, children };
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): Table {
  return { type: 'table', children: [headings, ...rows].map(row) };
}

function row(cells: readonly string[]): TableRow {
  return { type: 'tableRow', children: cells.map((cell) => ({ type: 'tableCell', children: plainPhrases(cell) })) };
}
