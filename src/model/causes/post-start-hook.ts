import type { CauseFacts, CauseRule } from '../cause.ts';
import { describePod, logsOfDead } from '../evidence/commands.ts';
import { endEvidence, eventEvidence, waitingEvidence } from '../evidence/end-evidence.ts';
import { killOf } from '../evidence/kill.ts';
import { newestEndOf } from '../evidence/newest-end.ts';
import { firstLine, shorten } from '../evidence/one-line.ts';

/** The postStart hook failed, so the kubelet killed the container. Stated for a moment; after that only events say it. */
export const postStartHook: CauseRule = {
  id: 'post-start-hook',
  title: 'The postStart hook failed',
  decide: (facts) => {
    const end = newestEndOf(facts);
    const next = [describePod(facts), logsOfDead(facts)];
    const stated = statedBy(facts);
    if (stated !== null) {
      const evidence = [...waitingEvidence(facts), ...(end === null ? [] : endEvidence(facts, end))];
      return { summary: summaryOf(stated), confidence: 'certain', evidence, next };
    }
    const kill = end === null ? null : killOf(facts, end);
    if (end === null || kill?.why !== 'postStart hook') return null;
    return { summary: summaryOf(''), confidence: 'likely', evidence: [eventEvidence(kill), ...endEvidence(facts, end)], next };
  },
};

function statedBy({ status }: CauseFacts): string | null {
  return status?.state.is === 'waiting' && status.state.reason === 'PostStartHookError' ? status.state.message : null;
}

function summaryOf(message: string): string {
  const code = /exited with (\d+)/.exec(message)?.[1];
  const said = shorten(firstLine(/, message: "(.*)"$/s.exec(message)?.[1]?.replaceAll('\\n', ' ') ?? ''));
  const how = code === undefined ? '' : ` with exit ${code}`;
  return `postStart hook failed${how}${said === '' ? '' : `: ${said}`}`;
}
