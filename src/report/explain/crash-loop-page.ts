import { type Problem, problemsAt } from '../../diagnosis/problems.ts';
import { BACKOFF_RESET_MS } from '../../model/backoff.ts';
import { type Run, waitedFor } from '../../model/ledger.ts';
import { counted, duration } from '../../text/duration.ts';
import type { ClusterState } from '../../timeline/state.ts';
import { wrap } from '../../view/lines/wrap.ts';
import { nextStartSentence } from '../../wording/next-start.ts';
import { runNumber, shortExit, shortRunLength, timeNear } from '../../wording/runs.ts';
import { nameOf } from './explain-target.ts';

/** The source of the page's examples: a state at one time (`now`, epoch ms). */
export interface Examples {
  readonly state: ClusterState;
  readonly now: number;
  /** The prefix of each example: `in your cluster`, `in the demo`. */
  readonly where: string;
}

interface Section {
  readonly heading: string;
  readonly text: readonly string[];
  /** A line from the examples; null if they have none. */
  readonly here: string | null;
}

const INDENT = 4;

/** One page that introduces CrashLoopBackOff, each section with a line from the examples. */
export function crashLoopPage(examples: Examples, width: number): string {
  const lines = sectionsOf(examples).flatMap(({ heading, text, here }) => [
    heading,
    ...text.flatMap((paragraph) => indented(paragraph, width)),
    ...(here === null ? [] : indented(`> ${examples.where}: ${here}`, width)),
    '',
  ]);
  return [TITLE, '', ...lines].join('\n').replace(/(?<!\n)\n+$/, '\n');
}

const TITLE = 'CrashLoopBackOff: a container keeps ending, and the kubelet waits before it starts it again';

function indented(text: string, width: number): string[] {
  return wrap(text, width - INDENT).map((row) => ' '.repeat(INDENT) + row);
}

function sectionsOf({ state, now }: Examples): readonly Section[] {
  const problems = problemsAt(state, now);
  const example = longestLoop(problems);
  return [
    {
      heading: 'WHAT IT IS',
      text: [
        'Not an error itself but a wait. The question is why the previous run ended; its last log line and its exit code say most.',
      ],
      here: example === null ? null : `${nameOf(example)}: ${example.cause?.summary ?? 'unknown'}`,
    },
    {
      heading: 'THE CYCLE',
      text: [
        'ContainerCreating -> Running -> Error, Completed or OOMKilled -> CrashLoopBackOff -> Running',
        'The kubelet pulls the image, creates the container and starts it; it ends; its policy asks for a restart; the kubelet waits, then starts it again. kubectl shows the current step: since Kubernetes 1.35 mostly Error, and CrashLoopBackOff only for a moment.',
      ],
      here: example === null ? null : cycleOf(example, now),
    },
    {
      heading: 'WHO RESTARTS IT',
      text: [
        'The restart policy. Always (Deployments, StatefulSets, DaemonSets): whatever the exit code, so a program that exits with 0 loops too. OnFailure (Jobs): after every exit but 0. Never: no restart. Sidecars always restart, and a container may have rules for particular exit codes.',
      ],
      here: policiesOf(state),
    },
    {
      heading: 'WHY CONTAINERS DIE',
      text: [
        'The program exits with an error (1, 2: read its log); it panics; it exceeds its memory limit (137, OOMKilled); a liveness or startup probe fails (137 or 143); the program does not exist (127) or cannot be executed (126, 128); a ConfigMap, Secret or image is missing, so no run starts at all. crashtop explain --list lists all causes.',
      ],
      here: causesOf(problems),
    },
    {
      heading: 'HOW THE DELAY GROWS',
      text: [
        'The first restart is immediate. The next ones wait 10s, 20s, 40s, 80s, 160s, then always 5m, counted from the end of the run; a node may have a lower maximum. "back-off 40s" in the status is the whole delay, never the remaining time. Kubelets react a few seconds late; after a probe kill they may not wait at all.',
      ],
      here: example === null ? null : waitsOf(example, state, now),
    },
    {
      heading: 'WHEN IT RESETS',
      text: [
        `Once a run has lasted ${duration(BACKOFF_RESET_MS)} from its start, ready or not; when the kubelet restarts; with a new pod, another image or other resources. Deleting the pod resets the delay and fixes nothing.`,
      ],
      here: holdingOf(problems, now),
    },
    {
      heading: 'WHAT TO DO',
      text: [
        'crashtop explain POD shows one page about a pod. By hand: kubectl logs POD --previous, kubectl describe pod POD, and what changed last: kubectl rollout history.',
      ],
      here: null,
    },
  ];
}

// The container with the most known ends has the most to show.
function longestLoop(problems: readonly Problem[]): Problem | null {
  const loops = problems.filter((p) => p.trouble.kind === 'crash' && p.trouble.state === 'looping' && endsOf(p) > 0);
  return loops.toSorted((a, b) => endsOf(b) - endsOf(a) || (nameOf(a) < nameOf(b) ? -1 : 1))[0] ?? null;
}

function endsOf({ container }: Problem): number {
  return container.ledger.filter((run) => run.ended).length;
}

function cycleOf(problem: Problem, now: number): string | null {
  const { ledger } = problem.container;
  const waits = ledger.map((_, i) => waitedFor(ledger, i + 1));
  const waited = waits.findLastIndex((wait) => wait !== null);
  // A session that has just started knows one end of each container.
  const index = waited < 0 ? ledger.findLastIndex((run) => run.ended) : waited;
  const [run, next, wait] = [ledger[index], ledger[index + 1], waits[index] ?? null];
  if (run === undefined) return null;
  const ended = `${nameOf(problem)}: run ${runNumber(run)} ${began(run, now)}, ran ${shortRunLength(run, now)}, ended with ${shortExit(run)}`;
  return wait === null || next === undefined ? ended : `${ended}; ${duration(wait)} later run ${runNumber(next)} began`;
}

function began(run: Run, now: number): string {
  return run.startedAt === null ? 'began' : `began at ${timeNear(run.startedAt, now)}`;
}

function policiesOf(state: ClusterState): string | null {
  const counts = new Map<string, number>();
  for (const { pod, goneAt } of state.pods.values()) {
    if (goneAt === null) counts.set(pod.spec.restartPolicy, (counts.get(pod.spec.restartPolicy) ?? 0) + 1);
  }
  return counts.size === 0 ? null : commonest(counts, (count, policy) => `${counted(count, 'pod')} ${policy}`);
}

function causesOf(problems: readonly Problem[]): string | null {
  const counts = new Map<string, number>();
  for (const { cause } of problems) if (cause !== null) counts.set(cause.id, (counts.get(cause.id) ?? 0) + 1);
  return counts.size === 0 ? 'nothing is in trouble' : commonest(counts, (count, id) => `${count} ${id}`);
}

function commonest(counts: ReadonlyMap<string, number>, words: (count: number, what: string) => string): string {
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return sorted.map(([what, count]) => words(count, what)).join(', ');
}

const WAITS_SHOWN = 8;

function waitsOf(problem: Problem, state: ClusterState, now: number): string {
  const { ledger } = problem.container;
  const waits = ledger.map((_, i) => waitedFor(ledger, i)).filter((wait) => wait !== null);
  const next = nextStartSentence({ state, entry: problem, now });
  const waited = waits.length === 0 ? '' : ` waited ${waits.slice(-WAITS_SHOWN).map(duration).join(', ')}; now`;
  return `${nameOf(problem)}${waited}: ${next}`;
}

function holdingOf(problems: readonly Problem[], now: number): string {
  const holding = problems.find((p) => p.trouble.state === 'holding' || p.trouble.state === 'stable');
  const run = holding?.container.ledger.at(-1);
  if (holding === undefined || run?.startedAt == null) return 'no container is recovering from a loop';
  return `${nameOf(holding)} looped, and has now run for ${duration(now - run.startedAt)}`;
}
