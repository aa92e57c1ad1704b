import { errorLineOf, logLines } from '../../diagnosis/log-lines.ts';
import {
  causeToTell,
  deadRuns,
  exampleOf,
  hasFailed,
  logOf,
  missingLog,
  type Subject,
  type WorkloadSubject,
} from '../../diagnosis/subject.ts';
import type { WorkloadProblemKind } from '../../diagnosis/workload/workload-problem.ts';
import { describeExitCode } from '../../model/exit-code.ts';
import { publishedDelayOf, type Run } from '../../model/ledger.ts';
import { restartedAllUnseen } from '../../model/restart-stand-in.ts';
import { counted } from '../../text/duration.ts';
import { goDuration } from '../../text/go-duration.ts';
import { acknowledgementText } from '../../wording/acknowledgements.ts';
import { nextStartSentence } from '../../wording/next-start.ts';
import { runNumber, shortRunLength, timeAgo } from '../../wording/runs.ts';
import { span } from '../lines/fit-line.ts';
import type { Line } from '../lines/line.ts';
import { labelled, marked, paragraph, textWidth } from '../lines/paragraph.ts';
import { wrap } from '../lines/wrap.ts';
import { changedLines, crashHistoryLines, rolloutLines } from './crash-history-lines.ts';
import { eventPlace, nowhere, type PlaceOf, placesIn, withPlace } from './links.ts';
import { linkedPane, type Pane } from './pane.ts';

// The last lines of the log in this tab; the Logs tab has all of them.
const LAST_LINES = 8;

// A longer message is shown in full at the end: it must not push the log and the commands off the
// screen.
const LONG_MESSAGE = 10;

/**
 * The Why tab: the cause and its evidence, the end of the last run, its output, the next start,
 * commands to run.
 * @param links name the tab with the source of each piece of evidence?
 */
export function whyPane(subject: Subject, width: number, links = false): Pane {
  const run = deadRuns(subject)[0];
  const placeOf = links ? placesIn(subject, run) : nowhere;
  const message = run === undefined ? [] : messageBlock(run, width);
  const isLong = message.length > LONG_MESSAGE;
  const blocks = [
    [...causeBlock(subject, width, placeOf), ...changedLines(subject, width)],
    standingBlock(subject, width),
    workloadBlock(subject, width),
    [...stateBlock(subject, width), ...paragraph('next start', nextStartSentence(subject), width, 'strong')],
    [
      ...(run === undefined ? paragraph('ended', 'no known run of it has ended', width) : endBlock(run, subject, width)),
      ...crashHistoryLines(subject, width),
    ],
    isLong ? [] : message,
    run === undefined ? [] : logBlock(run, subject, width),
    commandBlock(subject, width),
    isLong ? message : [],
  ].filter((block) => block.length > 0);
  return linkedPane(blocks.flatMap((block, index) => (index === 0 ? block : [[], ...block])));
}

/**
 * The Why tab of a workload: its problem and the evidence, the output of its newest pods, commands
 * to run.
 */
export function workloadWhyPane(subject: WorkloadSubject, width: number, links = false): Pane {
  const { entry, now } = subject;
  const { problem } = entry;
  const example = exampleOf(subject);
  const run = example === null ? undefined : deadRuns(example)[0];
  const ended =
    example === null || run === undefined
      ? []
      : [
          ...paragraph('pod', `${example.entry.record.pod.name} [${example.entry.container.name}]`, width),
          ...endBlock(run, example, width),
          ...logBlock(run, example, width),
        ];
  const blocks = [
    [
      ...paragraph('why', problem.summary, width, 'bad'),
      ...paragraph('', `${KIND_WORDS[problem.kind]}; since ${timeAgo(problem.since, now)}`, width, 'dim'),
      ...evidenceLines(problem.evidence, width, links ? eventPlace : nowhere),
      ...rolloutLines(subject, width),
    ],
    standingBlock(subject, width),
    ended,
    commandLines(problem.next, width),
  ].filter((block) => block.length > 0);
  return linkedPane(blocks.flatMap((block, index) => (index === 0 ? block : [[], ...block])));
}

const KIND_WORDS: Readonly<Record<WorkloadProblemKind, string>> = {
  'not-created': 'the API server rejects its new pods; its controller keeps trying',
  'stuck-rollout': 'its rollout is stuck; Kubernetes leaves it as it is',
  'failing-jobs': 'its pods fail; Kubernetes replaces them until the limits of the Job are reached',
  'failing-pods': 'its pods fail for good and are replaced',
};

// Who acknowledged it, or why it came back.
function standingBlock({ entry, now }: Subject | WorkloadSubject, width: number): Line[] {
  const { acknowledgement } = entry;
  return acknowledgement === undefined
    ? []
    : paragraph(
        'known',
        acknowledgementText(acknowledgement, now),
        width,
        acknowledgement.type === 'reopened' ? 'warn' : 'plain',
      );
}

// The problem of the whole workload, not only of this container.
function workloadBlock({ entry, now }: Subject, width: number): Line[] {
  const problem = entry.ofWorkload;
  if (problem === null) return [];
  const name = `${problem.workload.kind} ${problem.workload.name}`;
  return [
    ...paragraph('workload', `${name}: ${problem.summary}; since ${timeAgo(problem.since, now)}`, width, 'warn'),
    ...labelled(
      '',
      problem.evidence.slice(0, 2).flatMap((fact) => marked('· ', fact, textWidth(width))),
    ),
  ];
}

function evidenceLines(evidence: readonly string[], width: number, placeOf: PlaceOf): Line[] {
  return labelled(
    'evidence',
    evidence.flatMap((fact) => withPlace(marked('· ', fact, textWidth(width)), placeOf(fact), textWidth(width))),
  );
}

function causeBlock(subject: Subject, width: number, placeOf: PlaceOf): Line[] {
  const { trouble } = subject.entry;
  const cause = causeToTell(subject);
  if (cause === null) {
    const isWell = trouble === null && !hasFailed(subject.entry);
    return paragraph('why', isWell ? 'nothing is wrong with this container' : 'no failure is known', width);
  }
  return [
    ...paragraph('why', cause.summary, width, 'bad'),
    ...paragraph('', CONFIDENCE[cause.confidence], width, 'dim'),
    ...evidenceLines(cause.evidence, width, placeOf),
  ];
}

const CONFIDENCE = { certain: 'certain', likely: 'likely, not certain', possible: 'possible, a guess' } as const;

function stateBlock({ entry, now }: Subject, width: number): Line[] {
  const state = entry.container.status?.state;
  if (state === undefined) return paragraph('now', 'the kubelet has not reported it yet', width);
  if (state.type === 'running') {
    const ready = entry.container.status?.ready === true ? ', ready' : ', not ready';
    return paragraph('now', `running${state.startedAt === null ? '' : ` since ${timeAgo(state.startedAt, now)}`}${ready}`, width);
  }
  if (state.type === 'terminated') return paragraph('now', `ended${state.reason === '' ? '' : `, ${state.reason}`}`, width);
  // The kubelet's text after the delay repeats the names of container and pod.
  const published = publishedDelayOf(state.message);
  const said = published === null ? state.message : `back-off ${goDuration(published)}`;
  const message = said === '' ? '' : `: ${said}`;
  return paragraph('now', `waiting${state.reason === '' ? '' : `, ${state.reason}`}${message}`, width);
}

function endBlock(run: Run, { now }: Subject, width: number): Line[] {
  const when = run.finishedAt === null ? 'at a time not given by the API' : `at ${timeAgo(run.finishedAt, now)}`;
  const ran = run.startedAt === null ? '' : `, after ${shortRunLength(run, now)}`;
  const lines = paragraph('ended', `run ${runNumber(run)} ended ${when}${ran}`, width);
  if (run.exitCode === null) return [...lines, ...paragraph('', unseenEndText(run), width)];
  const reason = run.reason === '' ? '' : `; reason ${run.reason}`;
  return [
    ...lines,
    ...paragraph('', `${describeExitCode(run.exitCode, run.reason)}${reason}`, width, run.exitCode === 0 ? 'plain' : 'warn'),
  ];
}

function messageBlock(run: Run, width: number): Line[] {
  const message = run.message.replace(/^\n+/, '').trimEnd();
  return message === ''
    ? paragraph('message', 'it left no termination message', width, 'dim')
    : paragraph('message', message, width);
}

function logBlock(run: Run, subject: Subject, width: number): Line[] {
  const missing = missingLog(subject, run);
  if (missing !== null) return paragraph('log', missing, width, 'dim');
  const lines = logLines(logOf(subject, run)?.text ?? '');
  const telling = lines[errorLineOf(lines)];
  if (telling === undefined) return paragraph('log', 'the run printed nothing', width, 'dim');
  const said = paragraph('log', telling.text, width, 'strong');
  if (lines.length === 1) return said;
  const last = lines
    .slice(-LAST_LINES)
    .flatMap(({ text }) => wrap(text, textWidth(width) - 2).map((row): Line => [span('│ ', 'dim'), span(row)]));
  const head = lines.length <= LAST_LINES ? 'all it printed:' : `its last ${counted(LAST_LINES, 'line')} of ${lines.length}:`;
  return [...said, ...paragraph('', head, width, 'dim'), ...labelled('', last)];
}

function commandBlock(subject: Subject, width: number): Line[] {
  return commandLines(causeToTell(subject)?.next ?? [], width);
}

function commandLines(commands: readonly string[], width: number): Line[] {
  return labelled(
    'run next',
    commands.flatMap((command) => marked('$ ', command, textWidth(width), 'accent')),
  );
}

function unseenEndText(run: Run): string {
  if (run.stop === 'restart-all')
    return 'with all containers of its pod, which a restart rule restarts; nothing is wrong with it';
  if (restartedAllUnseen(run)) return 'its rule restarted all containers of its pod; its exit code was not seen';
  return 'how it ended is unknown: the API no longer names it';
}
