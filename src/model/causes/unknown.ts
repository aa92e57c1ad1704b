import type { Cause, CauseFacts, CauseRule } from '../cause.ts';
import { blockOf } from '../evidence/blocked-pod.ts';
import { describePod, logsOfDead } from '../evidence/commands.ts';
import { endEvidence, eventEvidence, waitingEvidence } from '../evidence/end-evidence.ts';
import { imageFailureOf, shortImage } from '../evidence/image-failure.ts';
import { type End, type Kill, killOf } from '../evidence/kill.ts';
import { errorWords } from '../evidence/last-words.ts';
import { neverStarted, newestEndOf, podFailureOf } from '../evidence/newest-end.ts';
import { firstLine, shorten } from '../evidence/one-line.ts';
import { rootOfError } from '../evidence/start-failure.ts';
import { ntStatusName, signalOf } from '../exit-code.ts';
import type { KubeEvent } from '../resources.ts';

type Verdict = Omit<Cause, 'id'>;

/** Something failed, and no other cause fits: says what is known all the same. */
export const unknown: CauseRule = {
  id: 'unknown',
  title: 'Not known; what is known is said',
  decide: (facts) => byPod(facts) ?? byWaiting(facts) ?? byBlock(facts) ?? byEnd(facts) ?? byBackOff(facts),
};

function byPod(facts: CauseFacts): Verdict | null {
  const reason = podFailureOf(facts);
  if (reason === null) return null;
  const message = firstLine(facts.pod.message);
  const summary = message === '' ? reason : `${reason}: ${shorten(message)}`;
  return { summary, confidence: 'certain', evidence: [`pod status: ${summary}`], next: [describePod(facts)] };
}

const NO_FAILURE: readonly string[] = ['', 'CrashLoopBackOff', 'ContainerCreating', 'PodInitializing'];

function byWaiting(facts: CauseFacts): Verdict | null {
  const state = facts.status?.state;
  if (state?.is !== 'waiting' || NO_FAILURE.includes(state.reason)) return null;
  const verdict = { confidence: 'certain', evidence: waitingEvidence(facts), next: [describePod(facts)] } as const;
  if (state.reason === VICTIM) return { ...verdict, summary: victimSummary(facts) };
  const image = imageFailureOf(facts);
  const root = image === null ? rootOfError(state.message) : rootOfError(image.message);
  if (image === null) return { ...verdict, summary: root === '' ? state.reason : `${state.reason}: ${root}` };
  const what = `cannot pull ${shortImage(image.image)}`;
  return { ...verdict, evidence: image.evidence, summary: root === '' ? what : `${what}: ${root}` };
}

function byBlock(facts: CauseFacts): Verdict | null {
  const event = blockOf(facts);
  if (event === null) return null;
  return {
    summary: `${event.reason}: ${rootOfError(event.message)}`,
    confidence: 'likely',
    evidence: [...waitingEvidence(facts), eventEvidence({ event })],
    next: [describePod(facts)],
  };
}

function byEnd(facts: CauseFacts): Verdict | null {
  const end = newestEndOf(facts);
  if (end === null) return null;
  const kill = killOf(facts, end);
  if (end.exitCode === 0 && kill === null) return null;
  return {
    summary: kill === null ? endSummary(facts, end) : killSummary(facts, kill, end),
    confidence: kill === null ? 'certain' : 'likely',
    evidence: [...(kill === null ? [] : killEvidence(facts, kill)), ...endEvidence(facts, end)],
    next: [describePod(facts), logsOfDead(facts)],
  };
}

function killSummary(facts: CauseFacts, kill: Kill, { exitCode }: End): string {
  const said = shorten(firstLine(unhealthyEvent(facts, kill)?.message.replace(UNHEALTHY, '') ?? ''));
  return `${kill.why} failed, killed (exit ${exitCode})${said === '' ? '' : `: ${said}`}`;
}

function killEvidence(facts: CauseFacts, kill: Kill): string[] {
  const unhealthy = unhealthyEvent(facts, kill);
  return [eventEvidence(kill), ...(unhealthy === undefined ? [] : [eventEvidence({ event: unhealthy })])];
}

const UNHEALTHY = /^(?:Liveness|Startup) probe failed: /;

// What the probe said when it failed.
function unhealthyEvent({ events, container }: CauseFacts, { why }: Kill): KubeEvent | undefined {
  const isOfProbe = (message: string) => UNHEALTHY.test(message) && message.toLowerCase().startsWith(why);
  return events.findLast((e) => e.reason === 'Unhealthy' && e.involved.container === container && isOfProbe(e.message));
}

function endSummary(facts: CauseFacts, end: End): string {
  const { exitCode, reason, message } = end;
  if (reason === VICTIM) return victimSummary(facts);
  if (neverStarted(end)) return `cannot start: ${rootOfError(message)}`;
  if (reason === 'ContainerStatusUnknown') return 'lost by the kubelet (ContainerStatusUnknown)';
  if (reason === 'Unknown') return `lost by the runtime (exit ${exitCode}, Unknown)`;
  if (exitCode === null) return 'ended; how is not known';
  if (exitCode === 137) return 'killed: exit 137 (SIGKILL), by whom is not known';
  const name = signalOf(exitCode) ?? ntStatusName(exitCode);
  const line = errorWords(facts, end);
  return `exit ${exitCode}${name === null ? '' : ` (${name})`}${line === '' ? '' : `: ${line}`}`;
}

const VICTIM = 'RestartingAllContainers';

// Another container of the pod has a rule that restarts them all (KEP-5532): this one did nothing wrong.
function victimSummary({ pod, container }: CauseFacts): string {
  const others = pod.spec.containers.filter(
    (c) => c.name !== container && c.restartRules.some((r) => r.action === 'RestartAllContainers'),
  );
  const [only] = others;
  return others.length === 1 && only !== undefined
    ? `restarted with its pod, by a rule of ${only.name}`
    : 'restarted with all containers of its pod';
}

function byBackOff(facts: CauseFacts): Verdict | null {
  const state = facts.status?.state;
  if (state?.is !== 'waiting' || state.reason !== 'CrashLoopBackOff') return null;
  return {
    summary: 'CrashLoopBackOff; how it ended was not seen',
    confidence: 'certain',
    evidence: waitingEvidence(facts),
    next: [logsOfDead(facts)],
  };
}
