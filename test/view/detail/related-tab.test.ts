import { describe, expect, it } from 'vitest';
import type { TableEntry } from '../../../src/diagnosis/entry.ts';
import type { Owner } from '../../../src/model/resources.ts';
import { withMember } from '../../../src/timeline/members.ts';
import type { ClusterState, PodRecord } from '../../../src/timeline/state.ts';
import { type RelatedFacts, relatedPane } from '../../../src/view/detail/related-tab.ts';
import { owner } from '../../support/owner.ts';
import { pod } from '../../support/pod.ts';
import { problem } from '../../support/problem-builder.ts';
import { MINUTE, NOW, type Scene, subject, textsOf, widestOf } from '../../support/record-builder.ts';

const CAUSE = { id: 'oom-killed', summary: 'OOMKilled', confidence: 'certain', evidence: ['OOMKilled'], next: [] } as const;
const CONTROLLER = { kind: 'ReplicaSet', name: 'api-2', uid: 'replicaset-2' };
const DEPLOYMENT = owner({ name: 'api', uid: 'deployment-api', revision: '2', desired: 3, available: 1, updated: 3 });

function replicaSet(revision: string, fields: Partial<Owner>): Owner {
  const controller = { kind: 'Deployment', name: 'api', uid: DEPLOYMENT.uid };
  return owner({ kind: 'ReplicaSet', uid: `replicaset-${revision}`, name: `api-${revision}`, revision, controller, ...fields });
}

function facts(
  scene: Scene,
  more: { owners?: readonly Owner[]; pods?: readonly PodRecord[]; problems?: readonly TableEntry[] },
): RelatedFacts {
  const of = subject(scene);
  const known = (more.owners ?? []).reduce((owners, o) => owners.set(o.uid, o), of.state.owners);
  const pods = (more.pods ?? []).reduce((all, record) => all.set(record.pod.uid, record), of.state.pods);
  const members = (more.pods ?? []).reduce(
    (all, { pod: { uid }, workload }) => withMember(all, uid, undefined, workload.key),
    of.state.members,
  );
  const state: ClusterState = { ...of.state, owners: known, pods, members };
  return { ...of, state, problems: more.problems ?? [], serverVersion: 'v1.35.4' };
}

const texts = (of: RelatedFacts, width = 120) => textsOf(relatedPane(of, width));

/** Another pod of the same Deployment. */
function sibling(name: string, fields: Partial<PodRecord> = {}): PodRecord {
  const { record } = subject().entry;
  return { ...record, pod: pod({ name, uid: name, createdAt: NOW - 3 * MINUTE }), ...fields };
}

describe('the Related tab', () => {
  it('shows the owners and the revisions, with what each changed', () => {
    const image = (tag: string) => ({
      images: [`registry.example.com/api:${tag}`],
      template: { 'api: image': `registry.example.com/api:${tag}` },
    });
    const owners = [
      DEPLOYMENT,
      replicaSet('1', { ...image('1'), desired: 0, available: 0, createdAt: NOW - 60 * MINUTE }),
      replicaSet('2', { ...image('2'), desired: 3, available: 1, createdAt: NOW - 5 * MINUTE }),
    ];
    const lines = texts(facts({ pod: { controller: CONTROLLER } }, { owners }));
    expect(lines.slice(0, 9)).toEqual([
      ' owner',
      '   ReplicaSet api-2 · revision 2 · 3 wanted · 1 available · made at 15:05:00 (5m ago)',
      '   Deployment api · revision 2 · 3 wanted · 1 available · 3 of the newest template',
      '',
      ' revisions of Deployment api',
      '    REVISION  REPLICASET  MADE     AVAILABLE  IMAGES',
      ' ▸  2         api-2       5m ago   1/3        registry.example.com/api:2',
      '     ≠ image api:1 → api:2',
      '    1         api-1       60m ago  0/0        registry.example.com/api:1',
    ]);
    expect(texts(facts({ pod: { controller: CONTROLLER } }, { owners }), 80)).toContainEqual(
      expect.stringMatching(/^ ▸ {2}2 .* {2}api:2$/),
    );
  });

  it('shows the revisions of a StatefulSet, and since when one is there again', () => {
    const above = { kind: 'StatefulSet', name: 'db', uid: 'db' };
    const revision = (nth: string, fields: Partial<Owner>) =>
      owner({ kind: 'ControllerRevision', uid: nth, name: `db-${nth}`, controller: above, revision: nth, ...fields });
    const owners = [
      owner({ kind: 'StatefulSet', uid: 'db', name: 'db', revision: '' }),
      revision('6', { createdAt: NOW - 50 * MINUTE, images: ['db:1'], template: { 'api: image': 'db:1' } }),
      revision('7', {
        ...{ createdAt: NOW - 60 * MINUTE, numberedAt: NOW - 2 * MINUTE, images: ['db:2'] },
        template: { 'api: image': 'db:2' },
      }),
    ];
    const lines = texts(facts({ pod: { controller: above, templateHash: 'db-7' } }, { owners }));
    expect(lines.slice(3, 8)).toEqual([
      ' revisions of StatefulSet db',
      '    REVISION  CONTROLLERREVISION  MADE                     IMAGES',
      ' ▸  7         db-7                60m ago, again 2m ago    db:2',
      '     ≠ image db:1 → db:2',
      '    6         db-6                50m ago                  db:1',
    ]);
  });

  it('shows the siblings that exist, and counts them', () => {
    const pods = [sibling('api-3'), sibling('api-2'), sibling('api-0', { goneAt: NOW })];
    const lines = texts(facts({}, { pods }));
    const at = lines.indexOf(' 2 siblings, of Deployment api');
    expect(lines.slice(at + 2, at + 4).map((line) => line.trim().split(' ')[0])).toEqual(['api-2', 'api-3']);
  });

  it('shows what else fails of the same cause and on the same node, the newest first, and nothing twice', () => {
    const other = (name: string, node: string, id: 'oom-killed' | 'app-error', minutes: number) =>
      problem({ namespace: 'pay', pod: name, workload: name, since: NOW - minutes * MINUTE, cause: { ...CAUSE, id }, node });
    const problems = [
      other('ledger-1', 'node-a', 'oom-killed', 9),
      other('fraud-1', 'node-b', 'oom-killed', 4),
      other('sync-1', 'node-a', 'app-error', 2),
    ];
    const of = facts({ entry: { cause: CAUSE } }, { problems });
    const lines = texts({ ...of, problems: [...problems, of.entry] });
    const namesUnder = (heading: string) => {
      const at = lines.findIndex((line) => line.startsWith(heading));
      const end = lines.indexOf('', at);
      return lines.slice(at + 2, end < 0 ? undefined : end).map((line) => line.trim().split(' ')[0]);
    };
    expect(namesUnder(' same cause, oom-killed: 2 containers')).toEqual(['pay/fraud-1', 'pay/ledger-1']);
    expect(namesUnder(' same node, node-a')).toEqual(['pay/sync-1', 'pay/ledger-1']);
  });

  it('says of each part why it is empty', () => {
    const bare = subject({ pod: { spec: { ...pod().spec, nodeName: '' } } });
    const workload = { ...bare.entry.workload, kind: 'Pod' };
    const record = { ...bare.entry.record, workload };
    const entry = { ...bare.entry, workload, record };
    expect(texts({ ...bare, entry, problems: [], serverVersion: null })).toEqual([
      ' owner: none, so nothing recreates this pod if it goes away',
      '',
      ' revisions: none, the pod is not part of a workload',
      '',
      ' siblings: none, the pod is not part of a workload',
      '',
      ' same cause: none, because its own is unknown',
      '',
      ' same node: none, it is on no node yet',
    ]);
    const hidden = [{ what: 'owners', namespace: 'shop', why: 'replicasets is forbidden' }];
    expect(texts(facts({ pod: { controller: CONTROLLER } }, {}))[0]).toBe(' owner: ReplicaSet api-2, which has not been read');
    expect(texts(facts({ pod: { controller: CONTROLLER }, hidden }, {}))[0]).toBe(
      ' owner: ReplicaSet api-2, which is hidden: replicasets is forbidden',
    );
    const daemon = owner({ kind: 'DaemonSet', uid: 'ds', name: 'agent', revision: '' });
    const ofDaemon = facts({ pod: { controller: { kind: 'DaemonSet', name: 'agent', uid: 'ds' } } }, { owners: [daemon] });
    expect(texts(ofDaemon)).toContain(' revisions: no ControllerRevision of DaemonSet agent has been read');
    const why = 'dev may not list controllerrevisions in shop';
    const unseen = { ...ofDaemon, state: { ...ofDaemon.state, hidden: [{ what: 'revisions', namespace: 'shop', why }] } };
    expect(texts(unseen)).toContain(` revisions: no ControllerRevision of DaemonSet agent is visible: ${why}`);
    expect(texts(facts({ entry: { cause: CAUSE } }, {}))).toContain(' same cause: nothing outside api fails with oom-killed');
  });

  it('counts what it leaves out, and stays within its width', () => {
    const pods = Array.from({ length: 300 }, (_, i) => sibling(`api-${i}-日本語`));
    const of = facts({}, { pods });
    expect(texts(of)).toContain(' … 200 more');
    for (let width = 60; width <= 250; width += 10) expect(widestOf(relatedPane(of, width))).toBeLessThanOrEqual(width);
  });
});
