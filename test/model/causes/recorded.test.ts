import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { recordedFacts } from '../../support/recorded-facts.ts';

// The container's pod without the suffixes that its controllers gave it.
function nameOf(pod: string): string {
  return pod.replace(/-[a-z0-9]{5}$/, '').replace(/-[0-9a-f]{8,10}$/, '');
}

/** Every cause that a container ever had in a recording: the ids, and the summaries (a log arrives a little after the end). */
function causesIn(recording: string): { ids: Map<string, Set<string>>; summaries: Map<string, Set<string>> } {
  const ids = new Map<string, Set<string>>();
  const summaries = new Map<string, Set<string>>();
  for (const { facts } of recordedFacts(recording)) {
    const key = `${facts.pod.namespace}/${nameOf(facts.pod.name)}/${facts.container}`;
    const known = ids.get(key) ?? new Set();
    ids.set(key, known);
    const cause = causeOf(facts);
    if (cause === null) continue;
    known.add(cause.id);
    summaries.set(key, (summaries.get(key) ?? new Set()).add(cause.summary));
  }
  return { ids, summaries };
}

// A log comes a moment after the end that it explains: until then the first crash is an app-error.
const IN_BOTH: readonly (readonly [container: string, ids: readonly string[], summary: string])[] = [
  ['batch/arm/arm', ['app-error', 'wrong-architecture'], 'exit 1: exec /bin/app-arm64: exec format error'],
  [
    'batch/arm-sh/arm-sh',
    ['app-error', 'wrong-architecture'],
    'exit 2: /bin/app-arm64: line 1: syntax error: unexpected word (expecting ")")',
  ],
  ['batch/fallback/fallback', ['app-panic'], 'exit 1: KeyError: DATABASE_URL'],
  ['batch/hostile/hostile', ['app-error'], 'exit 65: ␛]8;;http://x␇link␛]8;;␇ \\u202egnp.exe � 31m'],
  ['batch/longmsg/longmsg', ['app-error'], 'exit 66: line 399 äöü 日本語 🦀 of the long termination message'],
  ['batch/message/message', ['app-error'], 'exit 64: schema 12 is newer than 11'],
  ['batch/model/model', ['segfault'], 'exit 139: SIGSEGV, segmentation fault'],
  ['batch/nightly/nightly', ['app-error', 'disk-full'], 'exit 28: no space left on device'],
  ['batch/noexec/noexec', ['not-executable'], 'cannot start: /bin/not-executable: permission denied'],
  ['batch/nonroot/nonroot', ['run-as-non-root'], 'runAsNonRoot, but the image runs as root'],
  ['batch/oneshot/oneshot', ['completed-loop'], 'exit 0, restarted by policy Always'],
  ['batch/port/port', ['app-error', 'port-in-use'], 'exit 1: port 8080 is already in use'],
  // abort() in a container's first process ends as a segmentation fault; what it printed says more.
  ['batch/queue/queue', ['segfault'], 'exit 139: SIGSEGV: assert failed: queue->len > 0 (queue.c:88)'],
  ['batch/report/report', ['command-not-found'], 'cannot start: /bin/render-report not found'],
  ['batch/rules/rules', ['app-error'], 'exit 42'],
  ['batch/weekly/weekly', ['app-error', 'permission-denied'], 'exit 13: cannot open /data/in.csv: Permission denied'],
  ['infra/agent/agent', ['app-error'], 'exit 78: agent: config error'],
  ['infra/consumer/consumer', ['app-error'], 'exit 1: broker not ready'],
  ['infra/killed/k', ['oom-suspected'], 'killed: exit 137 (SIGKILL), sender unknown'],
  ['infra/pair/logs', ['app-error'], 'exit 1'],
  ['infra/pair/metrics', ['app-error'], 'exit 1: scrape failed'],
  ['infra/sigterm-self/s', ['sigterm-self'], "exit 143 (SIGTERM): sh: invalid number '$'"],
  ['infra/slow-leak/slow-leak', ['abort'], 'exit 134: SIGABRT: heap exhausted'],
  ['infra/store-0/store', ['app-error'], 'exit 2: wal: corrupted segment 17'],
  ['payments/api/api', ['app-error', 'connection-refused'], 'exit 1: cannot reach 10.88.9.9:5432'],
  ['payments/cron-sync/sync', ['app-error'], 'exit 3: upstream answered 503'],
  ['payments/fraud/proxy', ['sidecar-failed', 'tls-failure'], 'exit 2: proxy: bad certificate'],
  ['payments/ledger/ledger', ['oom-killed'], 'OOMKilled, limit 48Mi'],
  [
    'shop/badname/badname',
    ['image-name'],
    'image name not valid: Registry.Example.com/UPPER:1, repository name (UPPER) must be lowercase',
  ],
  ['shop/catalog/catalog', ['missing-key'], 'key api-key not in secret "catalog-keys"'],
  ['shop/checkout/checkout', ['startup-kill'], 'startup probe failed, killed (exit 137)'],
  ['shop/images/images', ['registry-unreachable'], 'registry unreachable: registry.example.com, no such host'],
  ['shop/search/search', ['liveness-kill'], 'liveness probe failed, killed (exit 137): index is locked'],
  ['shop/suggest/suggest', ['liveness-kill'], 'liveness probe failed, killed (exit 0)'],
  ['shop/thumbs/thumbs', ['image-never-pull'], 'image not on node, pull policy Never: registry.example.com/shop/thumbs:1'],
  ['shop/web/migrate', ['command-not-found'], 'exit 127: migrate-up: not found'],
];

const GATEWAY = 'exit 2: panic: config key upstreams.timeout: want duration, got "30"';
const ONLY_IN: Record<string, typeof IN_BOTH> = {
  zoo: [
    // Created without what it asked for, which came later; it then ran for 1,000 s and ended well.
    ['batch/volume/volume', ['missing-secret', 'completed-loop'], 'exit 0, restarted by policy Always'],
    ['shop/cart/cart', ['missing-configmap', 'completed-loop'], 'exit 0, restarted by policy Always'],
  ],
  'zoo-1.33': [
    ['batch/volume/volume', ['missing-secret'], 'secret "tls-cert" not found'],
    ['shop/cart/cart', ['missing-configmap'], 'configmap "cart-config" not found'],
    ['cron/cleanup/cleanup', ['app-error'], 'exit 1: lock is held by cleanup-0'],
    ['tenant-alpha/api/api', ['app-error', 'dns-failure'], 'exit 1: cannot resolve config.internal'],
    ['web/cart-api/cart-api', ['liveness-kill'], 'liveness probe failed, killed (exit 143): healthz took 4.2s'],
    ['web/image-resizer/image-resizer', ['oom-killed'], 'OOMKilled, limit 48Mi'],
    ['web/storefront/storefront', ['app-error'], 'exit 1: FATAL missing feature flag service url'],
  ],
};

const NEVER_FAILED = [
  'infra/healthy-nginx/nginx',
  'infra/healthy-redis/redis',
  'infra/healthy-worker/worker',
  'infra/pair/app',
  'payments/fraud/scorer',
  'shop/web/wait-db',
  'shop/web/web',
];

describe.each(['zoo', 'zoo-1.33'])('in the recording %s', (recording) => {
  const { ids, summaries } = causesIn(recording);

  it.each([...IN_BOTH, ...(ONLY_IN[recording] ?? [])])('%s fails for %j', (container, expected, summary) => {
    expect([...(ids.get(container) ?? [])]).toEqual(expected);
    expect(summaries.get(container)).toContain(summary);
  });

  it('a failed hook is told from other kills through its whole back-off', () => {
    expect([...(ids.get('batch/hook/hook') ?? [])]).toEqual(['post-start-hook']);
    expect(summaries.get('batch/hook/hook')).toContain('postStart hook failed');
  });

  it('a bad rollout is the program, and the old pods that it replaced failed at nothing', () => {
    expect([...(ids.get('shop/gateway/gateway') ?? [])]).toEqual(['app-error', 'app-panic']);
    expect(summaries.get('shop/gateway/gateway')).toContain(GATEWAY);
  });

  it('a pod that no node takes is unschedulable', () => {
    expect([...(ids.get('infra/nowhere/nowhere') ?? [])]).toEqual(['unschedulable']);
    expect(summaries.get('infra/nowhere/nowhere')).toContain(
      "unschedulable: 0/1 nodes, 1 node(s) didn't match Pod's node affinity/selector",
    );
  });

  it.each(NEVER_FAILED)('%s never failed', (container) => {
    expect(ids.get(container)).toEqual(new Set());
  });
});

describe('the numbers in the evidence', () => {
  const evidenceIn = (recording: string, pod: string) =>
    new Set([...recordedFacts(recording, pod)].flatMap(({ facts }) => causeOf(facts)?.evidence ?? []));

  it('are those of the probe of shop/search, and of web/cart-api, which was healthy before', () => {
    expect(evidenceIn('zoo', 'shop/search')).toContain(
      'liveness probe that never passes: initialDelay 5s + period 5s x threshold 2 + grace 3s = 18s at most; the last 6 runs lived 14s to 17s: no sign that it ever passed',
    );
    const first = [...evidenceIn('zoo-1.33', 'web/cart-api')].filter((fact) => fact.startsWith('liveness probe that'));
    expect(first[0]).toMatch(/ = 12s at most; the run lived \d+m\d+s: the newest passed it for a while$/);
  });

  it('are those of the limit of payments/ledger and of the runs of infra/worse', () => {
    expect(evidenceIn('zoo', 'payments/ledger')).toContain('its last 6 OOMKilled runs reached 48Mi 1s after their start');
    expect(evidenceIn('zoo', 'infra/worse')).toContain(
      'its known runs lived 90s, 45s, 30s, 22s, 18s, 15s, 12s: each no longer than the one before',
    );
  });
});
