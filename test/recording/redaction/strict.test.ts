import { describe, expect, it } from 'vitest';
import { revisionOfPod } from '../../../src/diagnosis/owners.ts';
import { configsUsed } from '../../../src/model/config-reference.ts';
import type { RecordingLine } from '../../../src/recording/line.ts';
import { Projector } from '../../../src/recording/projector.ts';
import { Pseudonyms } from '../../../src/recording/redaction/pseudonyms.ts';
import { redactLine } from '../../../src/recording/redaction/standard.ts';
import { StrictRedaction } from '../../../src/recording/redaction/strict.ts';
import type { Json } from '../../../src/text/json.ts';
import { reduce } from '../../../src/timeline/reduce.ts';
import { type ClusterState, configKey, EMPTY_STATE, type PodRecord } from '../../../src/timeline/state.ts';
import { rawLinesOf } from '../../support/recordings.ts';

const strictly = (redaction: StrictRedaction, line: RecordingLine): RecordingLine | null => {
  const standard = redactLine(line);
  return standard === null ? null : redaction.line(standard);
};

function foldOf(lines: readonly RecordingLine[]): ClusterState {
  const projector = new Projector(0);
  return lines.reduce((state, line) => {
    const envelope = projector.project(line, 0);
    return envelope === null ? state : reduce(state, envelope);
  }, EMPTY_STATE);
}

/** Each container's runs, without the words and names in them. */
function ledgersOf(state: ClusterState) {
  return [...state.pods.values()]
    .flatMap(({ pod, containers }) =>
      containers.map(({ ledger, type, status }, index) => ({
        container: `${pod.uid} ${index} ${type}`,
        restarts: status?.restartCount,
        runs: ledger.map(({ image: _, message: __, ...run }) => run),
      })),
    )
    .toSorted((a, b) => (a.container < b.container ? -1 : 1));
}

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) yield* stringsIn(inner);
}

describe.each(['zoo', 'zoo-1.33'] as const)('the recorded stream %s, under strict redaction', async (zoo) => {
  const raw = (await rawLinesOf(zoo)).lines.map(({ line }) => line);
  const redaction = new StrictRedaction();
  const strict = raw.map((line) => strictly(redaction, line)).filter((line) => line !== null);
  const text = strict.map((line) => JSON.stringify(line)).join('\n');
  const state = foldOf(raw);
  const folded = foldOf(strict);

  it('names nothing that the original names, and holds no secret and no log', () => {
    const names = new Set<string>();
    for (const { pod } of state.pods.values()) {
      for (const name of [pod.name, pod.namespace, pod.spec.nodeName, ...pod.spec.containers.flatMap((c) => [c.name, c.image])])
        names.add(name);
    }
    names.delete('');
    const said = new Set(strict.flatMap((line) => [...stringsIn(line)]));
    expect([...names].filter((name) => said.has(name))).toEqual([]);
    // Names that no prose can hold are in none of its bytes.
    const telling = [...names].filter((name) => /[-/:]|shop|payments|infra|batch/.test(name));
    expect(telling.length).toBeGreaterThan(30);
    expect(telling.filter((name) => text.includes(name))).toEqual([]);
    expect(text).not.toMatch(/not-a-real-(?:password|secret|token)/);
    expect(strict.some((line) => line.type === 'log')).toBe(false);
  });

  it('has the same ledgers: runs, attempts, exit codes, times and published delays', () => {
    expect(ledgersOf(folded)).toEqual(ledgersOf(state));
    expect(folded.crashes).toBe(state.crashes);
  });

  it('keeps how the pods of a set are replaced, and which of them are of its newest revision', () => {
    const rollouts = (of: ClusterState) =>
      [...of.owners.values()].flatMap(({ uid, rollout }) => {
        if (rollout === null) return [];
        const { currentRevision, updateRevision, ...kept } = rollout;
        const updated = [...of.pods.values()].filter(({ pod }) => pod.templateHash === updateRevision).map(({ pod }) => pod.uid);
        return [{ uid, ...kept, isOver: currentRevision === updateRevision, updated: updated.toSorted() }];
      });
    expect(rollouts(folded)).toEqual(rollouts(state));
  });

  it('keeps together what belongs together: pods of a workload, of a node, of a namespace', () => {
    const groups = (
      of: ClusterState,
      key: (record: ClusterState['pods'] extends Iterable<[string, infer R]> ? R : never) => string,
    ) => {
      const grouped = Map.groupBy(of.pods.values(), key);
      return [...grouped.values()]
        .map((records) => records.map(({ pod }) => pod.uid).toSorted())
        .toSorted((a, b) => (`${a}` < `${b}` ? -1 : 1));
    };
    expect(groups(folded, (r) => r.workload.key)).toEqual(groups(state, (r) => r.workload.key));
    expect(groups(folded, (r) => r.pod.namespace)).toEqual(groups(state, (r) => r.pod.namespace));
    expect(groups(folded, (r) => r.pod.spec.nodeName)).toEqual(groups(state, (r) => r.pod.spec.nodeName));
  });
});

describe('strict redaction', () => {
  const redaction = new StrictRedaction(new Pseudonyms(Buffer.from('a test')));
  const pod = (message: string, reason: string): RecordingLine => ({
    t: 0,
    type: 'ADDED',
    kind: 'Pod',
    object: {
      metadata: { name: 'web-1', namespace: 'shop', uid: 'u', labels: { team: 'blue' } },
      spec: {
        nodeName: 'node-a.example.com',
        containers: [{ name: 'web', image: 'registry.example.com/team/web:1.2', command: ['serve'] }],
      },
      status: {
        podIP: '10.1.2.3',
        containerStatuses: [{ name: 'web', state: { terminated: { exitCode: 1, reason, message } } }],
      },
    } as unknown as Json,
  });

  it('drops what a program said, and reduces what Kubernetes said', () => {
    expect(JSON.stringify(strictly(redaction, pod('customer 4711 not found', 'Error')))).not.toMatch(/customer|4711|not found/);
    const said = JSON.stringify(
      strictly(redaction, pod('exec: "serve": executable file not found in $PATH at db.example.com', 'StartError')),
    );
    expect(said).toContain('executable file not found');
    expect(said).not.toMatch(/serve|example|blue|10\.1|team/);
  });

  it('is the same each time, and other under another key', () => {
    const again = new StrictRedaction(new Pseudonyms(Buffer.from('a test')));
    const other = new StrictRedaction();
    const line = pod('', 'Error');
    expect(strictly(again, line)).toEqual(strictly(redaction, line));
    expect(strictly(other, line)).not.toEqual(strictly(redaction, line));
  });

  it('hides the names in a header', () => {
    const source = redaction.source({
      kind: 'cluster',
      context: 'prod-eu',
      serverVersion: 'v1.35.4',
      namespaces: ['shop'],
      selector: 'a=b',
    });
    expect(source).toMatchObject({ kind: 'cluster', serverVersion: 'v1.35.4', selector: null });
    expect(JSON.stringify(source)).not.toMatch(/prod|shop|a=b/);
  });
});

describe('a StatefulSet under strict redaction', () => {
  it('keeps which revision its pod is of, and since when, under other names', () => {
    const redaction = new StrictRedaction();
    const ownerReferences = [{ kind: 'StatefulSet', name: 'ledger', uid: '0a'.repeat(16), controller: true }];
    const at = '2026-11-22T15:00:00Z';
    const revision = {
      metadata: {
        ...{ name: 'ledger-6c9f8b', uid: '0b'.repeat(16), ownerReferences },
        managedFields: [{ time: at, fieldsV1: { 'f:revision': {} } }],
      },
      revision: 7,
      data: { spec: { template: { spec: { containers: [{ name: 'ledger', image: 'ledger:2', args: ['SECRET'] }] } } } },
    };
    const pod = {
      metadata: {
        name: 'ledger-0',
        uid: '0c'.repeat(16),
        ownerReferences,
        labels: { 'controller-revision-hash': 'ledger-6c9f8b' },
      },
      spec: { containers: [{ name: 'ledger', image: 'ledger:2' }] },
    };
    const lines = [
      { t: 0, type: 'ADDED', kind: 'ControllerRevision', object: revision } as RecordingLine,
      { t: 0, type: 'ADDED', kind: 'Pod', object: pod } as RecordingLine,
    ].map((line) => strictly(redaction, line) as RecordingLine);
    expect(JSON.stringify(lines)).not.toMatch(/ledger|SECRET/);
    const state = foldOf(lines);
    const record = [...state.pods.values()][0] as PodRecord;
    expect(revisionOfPod(state, record)).toMatchObject({ revision: '7', numberedAt: Date.parse(at) });
  });
});

describe('ConfigMaps and Secrets, under strict redaction', () => {
  const line = (kind: string, object: Json): RecordingLine => ({ t: 1, type: 'ADDED', kind, object }) as RecordingLine;
  const redaction = new StrictRedaction();
  const time = '2026-11-22T15:00:00Z';
  const write = (manager: string, field: string) => ({
    manager,
    operation: 'Update',
    time,
    fieldsV1: { [field]: { 'f:KEY': {} } },
  });

  it('go by other names, as those who wrote them do, and the pods that refer to them still find them', () => {
    const names = [['ConfigMap', 'app-config'] as const, ['Secret', 'acme-db'] as const];
    const spec = {
      imagePullSecrets: [{ name: 'acme-db' }],
      containers: [
        {
          name: 'web',
          env: [
            { name: 'ACME_KEY', value: 'x' },
            { name: 'ACME_URL', valueFrom: { configMapKeyRef: { name: 'app-config', key: 'ACME' } } },
          ],
          envFrom: [{ prefix: 'ACME_', secretRef: { name: 'acme-db', optional: true } }],
          volumeMounts: [{ name: 'acme-files', mountPath: '/acme' }],
        },
      ],
      volumes: [
        {
          name: 'acme-files',
          projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }, { configMap: { name: 'app-config' } }] },
        },
        { name: 'acme-tls', secret: { secretName: 'acme-db', items: [{ key: 'ACME' }] } },
      ],
    };
    const managedFields = [
      write('acme-sync', 'f:data'),
      write('kubectl-edit', 'f:data'),
      write('kube-controller-manager', 'f:data'),
    ];
    const lines = [
      line('Pod', { metadata: { name: 'web-1', namespace: 'shop', uid: '1' }, spec, status: {} }),
      ...names.map(([kind, name]) => line(kind, { metadata: { name, namespace: 'shop', uid: kind, managedFields } })),
    ].map((each) => strictly(redaction, each) as RecordingLine);
    expect(JSON.stringify(lines)).not.toMatch(/acme|app-config|shop|f:KEY/i);
    const state = foldOf(lines);
    const [record] = [...state.pods.values()];
    const { namespace = '', spec: kept = { containers: [] } } = record?.pod ?? {};
    for (const use of ['containers', 'volumes', 'pull'] as const) {
      const used = configsUsed(kept, use).map((ref) => configKey(ref.kind, namespace, ref.name));
      expect(used.map((key) => state.configs.get(key)?.kind).toSorted(), use).toEqual(
        use === 'pull' ? ['Secret'] : ['ConfigMap', 'Secret'],
      );
    }
    const [written] = [...state.configs.values()];
    expect(written?.writes.map(({ manager }) => manager)).toEqual([
      expect.stringMatching(/^[a-z0-9]{6}-[a-z0-9]{6}$/),
      'kubectl-edit',
    ]);
  });

  it('say of a template what they said before: its variables have no names there', () => {
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'app-config', key: 'a' } } }];
    const template = {
      spec: { containers: [{ name: 'web', image: 'i', env }], volumes: [{ name: 'v', configMap: { name: 'app-config' } }] },
    };
    const kept = strictly(
      redaction,
      line('ReplicaSet', { metadata: { name: 'w', namespace: 'n', uid: 'r' }, spec: { template } }),
    );
    expect(JSON.stringify(kept)).not.toMatch(/env|volumes|configMap/);
  });
});
