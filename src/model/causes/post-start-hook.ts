import { firstLine, shorten } from '../../text/truncate.ts';
import type { CauseFacts, CauseRule } from '../cause.ts';
import type { End } from '../evidence/end.ts';
import { eventEvidence, forcedEndEvidence, waitingEvidence } from '../evidence/end-evidence.ts';
import { hookFoundItDead, killOf } from '../evidence/kill.ts';
import { describePod, logsOfDead } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf } from '../evidence/last-termination.ts';

/**
 * The postStart hook failed, so the kubelet killed the container. The status states it for a
 * moment; after that only events do.
 */
export const postStartHook: CauseRule = {
  id: 'post-start-hook',
  title: 'The postStart hook failed',
  needs: ['pod status', 'pod events'],
  manual: [
    'The postStart hook of the container failed, so the kubelet killed the container. Its main program is not to blame: a hook that failed because the program had died by itself does not count.',
    'The kubelet states PostStartHookError for a moment (certain); during the back-off only the event FailedPostStartHook of that time says so (likely).',
    'Run the command of the hook by hand in the container. A hook runs at the same time as the entry point: what it needs from it may not exist yet. Work that may fail belongs in the program or in an init container.',
  ],
  decide: (facts) => {
    const end = lastTerminationOf(facts);
    const next = [describePod(facts), logsOfDead(facts)];
    const stated = statedBy(facts);
    if (stated !== null && !foundItDead(facts, stated, end)) {
      const evidence = [...waitingEvidence(facts), ...(end === null ? [] : forcedEndEvidence(facts, end))];
      return { summary: summaryOf(stated), confidence: 'certain', evidence, next };
    }
    const kill = end === null ? null : killOf(facts, end);
    if (end === null || kill?.why !== 'postStart hook') return null;
    return {
      summary: summaryOf(kill.event.message),
      confidence: 'likely',
      evidence: [eventEvidence(kill), ...forcedEndEvidence(facts, end)],
      next,
    };
  },
};

// A hook that failed because the program had died is not to blame.
function foundItDead(facts: CauseFacts, message: string, end: End | null): boolean {
  return end !== null && hookFoundItDead(facts, message, end);
}

function statedBy({ status }: CauseFacts): string | null {
  return status?.state.type === 'waiting' && status.state.reason === 'PostStartHookError' ? status.state.message : null;
}

// The kubelet's two forms end in:
//   error: command '...' exited with 7: , message: "..."
//   error: Get "http://...": dial tcp ..., message: ""
function summaryOf(message: string): string {
  const code = /exited with (\d+)/.exec(message)?.[1];
  const output = firstLine(outputIn(message).replaceAll('\\n', ' '));
  const error = code === undefined ? (/ failed - error: (.*?)(?:, message: |$)/s.exec(message)?.[1] ?? '') : '';
  const said = shorten(output === '' ? firstLine(error) : output);
  const how = code === undefined ? '' : ` with exit ${code}`;
  return `postStart hook failed${how}${said === '' ? '' : `: ${said}`}`;
}

const OUTPUT = ', message: "';

function outputIn(message: string): string {
  const at = message.indexOf(OUTPUT);
  return at !== -1 && message.endsWith('"') ? message.slice(at + OUTPUT.length, -1) : '';
}
