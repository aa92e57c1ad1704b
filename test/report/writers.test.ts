import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { mathFromMarkdown } from 'mdast-util-math';
import { gfm } from 'micromark-extension-gfm';
import { math } from 'micromark-extension-math';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { problemListAt } from '../../src/diagnosis/problem-list.ts';
import { withoutAcknowledged } from '../../src/report/check/acknowledged-findings.ts';
import { blindSpotsOf } from '../../src/report/check/blind-spots.ts';
import { type Check, checkJson, checkText } from '../../src/report/check/check-report.ts';
import { Examination } from '../../src/report/check/examination.ts';
import { checkJunit } from '../../src/report/check/junit.ts';
import { explanationJson } from '../../src/report/explain/explanation.ts';
import { incidentOf } from '../../src/report/incident/incident.ts';
import { incidentMarkdown } from '../../src/report/incident/incident-markdown.ts';
import { plainPhrases } from '../../src/report/incident/plain-phrases.ts';
import { incidentJson } from '../../src/report/json/incident-json.ts';
import { writeOpenMetrics } from '../../src/report/metrics/openmetrics.ts';
import { sessionMetrics } from '../../src/report/metrics/session-metrics.ts';
import { screenSvg } from '../../src/report/picture/screen-svg.tsx';
import { momentText, runLines } from '../../src/session/print.ts';
import type { Envelope, SourceInfo } from '../../src/timeline/envelope.ts';
import { replayFrom } from '../../src/timeline/playback.ts';
import type { Timeline } from '../../src/timeline/timeline.ts';
import { screenShot } from '../../src/ui/screen-shot.ts';
import { createTheme } from '../../src/ui/theme.ts';
import type { Line } from '../../src/view/lines/line.ts';
import { ENDED_AT, hostileLines, hostileSource, STARTED_AT, timelineOf } from '../support/hostile-recording.ts';
import { HOSTILE_TEXTS, harmless } from '../support/hostile-texts.ts';
import { promtool } from '../support/promtool.ts';

/** What all writers are given. */
interface Subject {
  readonly timeline: Timeline;
  readonly envelopes: readonly Envelope[];
  readonly source: SourceInfo;
}

/** How many of each element there are. */
type Counts = Readonly<Record<string, number>>;

function subjectOf(text: string): Subject {
  return { ...timelineOf(hostileLines(text)), source: hostileSource(text) };
}

const cases = HOSTILE_TEXTS.map((text, i) => ({
  text: `${i} ${JSON.stringify(text.slice(0, 40))}`,
  subject: subjectOf(text),
  plain: subjectOf(harmless(text)),
}));

const counted = (things: Iterable<string>): Counts => {
  const counts: Record<string, number> = Object.create(null);
  for (const thing of things) counts[thing] = (counts[thing] ?? 0) + 1;
  return counts;
};

const TOOL = 'crashtop test';
const incident = ({ timeline, source }: Subject) => incidentOf(timeline, source, STARTED_AT, ENDED_AT);
const SIZE = { columns: 80, rows: 24 };

function checkOf({ timeline, envelopes, source }: Subject): Check {
  const settings = { maxRestarts: 0, ignored: new Set<never>(), namespaces: null, isSelection: false };
  const examination = new Examination(settings);
  const begin = STARTED_AT + 5000;
  examination.begin(timeline.stateAt(begin), begin);
  for (const envelope of envelopes) if (envelope.at > begin) examination.observe(timeline.stateAt(envelope.at), envelope);
  const state = timeline.stateAt(ENDED_AT);
  const found = examination.result(state, ENDED_AT);
  const spots = blindSpotsOf(found, state, timeline.gapsAt(ENDED_AT), { source, namespaces: null, allowsEmpty: false });
  return { ...withoutAcknowledged(found, state, []), spots, settings, source };
}

function explained({ timeline, source }: Subject) {
  const state = timeline.stateAt(ENDED_AT);
  const listed = problemListAt(state, ENDED_AT);
  return listed.map((entry) => ({ state, source, gaps: timeline.gapsAt(ENDED_AT), now: ENDED_AT, entry, others: listed }));
}

const VIEWS: readonly (readonly string[])[] = [[], ['1'], ['3']];
const drawn = new Map<Subject, Promise<(readonly Line[])[]>>();

/** The table and tabs of the first row, with colours. */
function screens(subject: Subject): Promise<(readonly Line[])[]> {
  const { timeline, source } = subject;
  const session = {
    kind: 'replay' as const,
    timeline,
    source,
    playback: replayFrom({ at: ENDED_AT, speed: 1, playing: false, growing: false }, timeline),
    clock: { now: () => ENDED_AT },
    connection: () => ({ phase: 'recorded' as const, cut: '' }),
    notices: () => [],
    subscribe: () => () => {},
    getObject: async () => ({}),
  };
  const frames = drawn.get(subject) ?? Promise.all(VIEWS.map((keys) => screenShot(session, SIZE, keys)));
  drawn.set(subject, frames);
  return frames;
}

/** Elements and the names of their attributes. @throws what makes it no XML 1.0. */
function xmlCounts(text: string): Counts {
  const found: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => found.push([name, ...Object.keys(attributes)].join(' ')));
  for (const event of ['cdata', 'comment', 'doctype', 'processinginstruction'] as const)
    parser.on(event, () => found.push(event));
  parser.write(text).close();
  return counted(found);
}

/** Where each value is, with a star for places in lists. */
function* jsonPaths(value: unknown, path = ''): Generator<string> {
  yield path;
  if (Array.isArray(value)) for (const item of value) yield* jsonPaths(item, `${path}.*`);
  else if (value !== null && typeof value === 'object')
    for (const [key, item] of Object.entries(value)) yield* jsonPaths(item, `${path}.${key}`);
}

const jsonCounts = (text: string) => counted(jsonPaths(JSON.parse(text)));
const ndjsonCounts = (text: string) => jsonCounts(`[${text.trimEnd().split('\n').join()}]`);

// What no text for a person may hold.
const NO_TEXT = /[^\P{Cc}\n]|[\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}\ufeff]/u;
const COLOUR = /^[\d;]*m/;

function lineCounts(text: string): Counts {
  const [first, ...coloured] = text.split('\u001b[');
  for (const piece of coloured) expect(piece).toMatch(COLOUR);
  expect([first, ...coloured].join('')).not.toMatch(NO_TEXT);
  return { lines: text.split('\n').length };
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = `[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"`;
const SAMPLE = new RegExp(`^(${NAME})(?:\\{${LABEL}(?:,${LABEL})*\\})? -?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?(?: \\d+(?:\\.\\d+)?)?$`);
const COMMENT = new RegExp(`^# (?:TYPE ${NAME} (?:counter|gauge|info|stateset)|UNIT ${NAME} seconds|HELP ${NAME} [^\\n]+)$`);

/** Samples of each name, and comments. @throws where a line is none of the format. */
function metricCounts(text: string): Counts {
  expect(text.endsWith('\n')).toBe(true);
  const lines = text.slice(0, -1).split('\n');
  return counted(
    lines.map((line, i) => {
      if (line === '# EOF' && i === lines.length - 1) return line;
      const [, name] = SAMPLE.exec(line) ?? [];
      if (name === undefined) expect(line).toMatch(COMMENT);
      return name ?? line;
    }),
  );
}

const markdownTree = (text: string) =>
  fromMarkdown(text, {
    extensions: [gfm(), math()],
    mdastExtensions: [gfmFromMarkdown(), mathFromMarkdown()],
  });

type Node = ReturnType<typeof markdownTree> | ReturnType<typeof markdownTree>['children'][number];

function* nodesOf(node: Node): Generator<Node> {
  yield node;
  if ('children' in node) for (const child of node.children) yield* nodesOf(child);
}

// Which words of a text are quoted differs; that they are is the next test's.
const markdownCounts = (text: string) =>
  counted([...nodesOf(markdownTree(text))].map((n) => n.type).filter((type) => type !== 'text' && type !== 'inlineCode'));

interface Writer {
  readonly write: (subject: Subject) => string | Promise<string>;
  readonly counts: (text: string) => Counts;
}

const now = ENDED_AT;
const facts = ({ timeline, source }: Subject) => ({ state: timeline.stateAt(now), source, gaps: timeline.gapsAt(now), now });

const WRITERS: Readonly<Record<string, Writer>> = {
  JUnit: { write: (s) => checkJunit(checkOf(s)), counts: xmlCounts },
  Markdown: { write: (s) => incidentMarkdown(incident(s), TOOL), counts: markdownCounts },
  'OpenMetrics of a history': { write: (s) => [...writeOpenMetrics(s.timeline, s.source)].join(''), counts: metricCounts },
  'OpenMetrics of a session': { write: (s) => metricsOf(s, 'openmetrics'), counts: metricCounts },
  'Prometheus text': { write: (s) => metricsOf(s, 'prometheus'), counts: metricCounts },
  'JSON of an incident': { write: (s) => incidentJson(incident(s), TOOL), counts: jsonCounts },
  'JSON of a check': { write: (s) => JSON.stringify(checkJson(checkOf(s))), counts: jsonCounts },
  'JSON of a moment': { write: (s) => momentText(facts(s), 'json'), counts: jsonCounts },
  'NDJSON of a moment': { write: (s) => momentText(facts(s), 'ndjson'), counts: ndjsonCounts },
  'NDJSON of runs': { write: (s) => [...runLines(s.timeline.stateAt(now), now)].join(''), counts: ndjsonCounts },
  'JSON of explanations': { write: (s) => `[${explained(s).map(explanationJson)}]`, counts: jsonCounts },
  'the plain table': { write: (s) => momentText(facts(s), 'table'), counts: lineCounts },
  'the wide table': { write: (s) => momentText(facts(s), 'wide'), counts: lineCounts },
  'the text of a check': { write: (s) => checkText(checkOf(s)), counts: lineCounts },
};

function metricsOf(subject: Subject, format: 'openmetrics' | 'prometheus'): string {
  const session = { ...facts(subject), isCurrent: true, heardAt: now, version: '0' };
  return [...sessionMetrics(session, format)].join('');
}

describe.each(Object.entries(WRITERS))('%s', (_, { write, counts }) => {
  it('is well-formed, and has no element more or less, whatever a stranger wrote', async () => {
    for (const { text, subject, plain } of cases)
      expect({ text, ...counts(await write(subject)) }).toEqual({ text, ...counts(await write(plain)) });
  });
});

describe('a screen', () => {
  const { paint } = createTheme(1);
  it('has its lines and nothing but colours in them, and is a well-formed picture, whatever a stranger wrote', async () => {
    for (const { text, subject } of cases) {
      for (const frame of await screens(subject)) {
        expect({ text, ...lineCounts(frame.map(paint).join('\n')) }).toEqual({ text, lines: SIZE.rows });
        const elements = Object.keys(xmlCounts(screenSvg(frame, SIZE, 'dark', subject.source.name))).map((e) => e.split(' ')[0]);
        expect({ text, elements: new Set(elements) }).toEqual({ text, elements: new Set(['svg', 'title', 'rect', 'text']) });
      }
    }
  });
});

// What GitHub and GitLab look for in the text that a page has, outside of code (their documentation: autolinked references, references
// in GitLab Flavored Markdown, quick actions, math, emoji), and what the first words of it mean to them.
const NOT_ONLY_TEXT: readonly RegExp[] = [
  /@[\w-]/u,
  /#\w/u,
  /\bgh-\d/iu,
  /(?<![\w])[0-9a-f]{7,40}(?![\w])/iu,
  /[!%&~$^*]["\w]/u,
  /[$^~]/u,
  /\[\w+:\d/u,
  /\[\[|\[TOC\]/u,
  /(?<!\d):[\w+-]+:/u,
  /:\/\/|www\.|mailto:/iu,
  /^\/\w/mu,
  /<|>/u,
];

describe('a Markdown report', () => {
  it('has no mention, reference, formula, emoji, link or closing keyword in it, on GitHub or GitLab', () => {
    for (const { text, subject } of cases) {
      const nodes = [...nodesOf(markdownTree(incidentMarkdown(incident(subject), TOOL)))];
      for (const node of nodes) {
        expect(['link', 'image', 'html', 'definition', 'inlineMath', 'math', 'break']).not.toContain(node.type);
        if (node.type !== 'text') continue;
        for (const sign of NOT_ONLY_TEXT)
          expect({ text, value: node.value, sign: sign.exec(node.value) }).toMatchObject({ sign: null });
      }
    }
  });

  it('keeps what was written: nothing is lost, and prose stays prose', () => {
    const spoken = (words: string) =>
      plainPhrases(words)
        .map((phrase) => ('value' in phrase ? phrase.value : ''))
        .join('');
    for (const text of HOSTILE_TEXTS) expect(spoken(text)).toBe(text.trim().split(/\s+/u).join(' '));
    const prose = 'exit 2: panic: config key upstreams.timeout: want duration, got "30" (at 15:02:11, 25% of 12, 9/h), twice!';
    expect(plainPhrases(prose)).toEqual([{ type: 'text', value: prose }]);
    expect(plainPhrases('image app:1.4.2 → app:1.5.0, as @anna said')).toEqual([
      { type: 'text', value: 'image ' },
      { type: 'inlineCode', value: 'app:1.4.2' },
      { type: 'text', value: ' → ' },
      { type: 'inlineCode', value: 'app:1.5.0' },
      { type: 'text', value: ', as ' },
      { type: 'inlineCode', value: '@anna' },
      { type: 'text', value: ' said' },
    ]);
  });
});

describe('metrics', () => {
  it('are what promtool takes, whatever a stranger wrote', async ({ skip }) => {
    const folder = mkdtempSync(join(tmpdir(), 'crashtop-promtool-'));
    try {
      for (const { text, subject } of cases) {
        const checked = await promtool(['check', 'metrics'], metricsOf(subject, 'prometheus'));
        if (checked === null) return skip('promtool is not installed');
        expect({ text, ...checked }).toMatchObject({ text, code: 0 });
        const file = join(folder, 'history.om');
        writeFileSync(file, [...writeOpenMetrics(subject.timeline, subject.source)].join(''));
        const made = await promtool(['tsdb', 'create-blocks-from', 'openmetrics', file, join(folder, 'data')]);
        expect({ text, ...made }).toMatchObject({ text, code: 0 });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
