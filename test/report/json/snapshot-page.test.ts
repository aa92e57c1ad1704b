import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { acknowledge } from '../../../src/diagnosis/acknowledgement/judge.ts';
import { problemListAt } from '../../../src/diagnosis/problem-list.ts';
import { troublesAt } from '../../../src/diagnosis/problems.ts';
import { snapshotOf } from '../../../src/report/json/snapshot.ts';
import { type ClusterState, configKey, type PodRecord } from '../../../src/timeline/state.ts';
import { RECORDED, recordedTimeline } from '../../support/recorded.ts';

const page = readFileSync(fileURLToPath(new URL('../../../docs/snapshot.md', import.meta.url)), 'utf8');

interface Row {
  readonly path: string;
  readonly type: string;
  readonly meaning: string;
}

/** The rows of the page's tables, one for each field; its path goes by the heading above it. */
function rowsOf(text: string): Row[] {
  return text.split(/^## /m).flatMap((section) => {
    const above = /^`(.+)`\n/.exec(section)?.[1];
    return [...section.matchAll(/^\| (`.+?`) \| (.+?) \| (.*) ?\|$/gm)].flatMap(([, fields = '', type = '', meaning = '']) =>
      [...fields.matchAll(/`(.+?)`/g)].map(([, field]) => ({
        path: above === undefined ? `${field}` : `${above}.${field}`,
        type,
        meaning,
      })),
    );
  });
}

/** Every field under a value, as `pods[].name`, and what stands there; under `counts.byKind` names are values. */
function* fieldsIn(value: unknown, path = ''): Generator<readonly [string, unknown]> {
  if (Array.isArray(value)) for (const item of value) yield* fieldsIn(item, `${path}[]`);
  else if (typeof value === 'object' && value !== null && path !== 'counts.byKind')
    for (const [name, inner] of Object.entries(value)) {
      const field = path === '' ? name : `${path}.${name}`;
      yield [field, inner];
      yield* fieldsIn(inner, field);
    }
}

// As the API tells of it: the newest runs alone.
function startedLate(record: PodRecord): PodRecord {
  return { ...record, containers: record.containers.map((c) => ({ ...c, ledger: c.ledger.slice(-2) })) };
}

// Each container in trouble reads two configs: one was written as its trouble began, and one just now; Secrets are hidden.
function withConfigs(state: ClusterState, now: number): ClusterState {
  let next: ClusterState = { ...state, hidden: [{ what: 'secrets', namespace: null, why: 'forbidden' }] };
  for (const { record, container, trouble } of troublesAt(state, now)) {
    const { uid, namespace } = record.pod;
    const refs = ['before', 'since'].map((when) => ({ kind: 'ConfigMap' as const, name: `${when}-${uid}`, isOptional: false }));
    const envConfigs = [...refs, { kind: 'Secret' as const, name: 'db', isOptional: false }];
    const containers = record.pod.spec.containers.map((c) => (c.name === container.name ? { ...c, envConfigs } : c));
    const pod = { ...record.pod, spec: { ...record.pod.spec, containers } };
    next = { ...next, pods: next.pods.set(uid, { ...record, pod }) };
    for (const [i, at] of [trouble.since, now].entries()) {
      const ref = refs[i] as (typeof refs)[number];
      const config = {
        ...{ kind: ref.kind, uid: ref.name, namespace, name: ref.name, createdAt: 0 },
        writes: [{ manager: 'helm', at }],
      };
      next = { ...next, configs: next.configs.set(configKey(ref.kind, namespace, ref.name), config) };
    }
  }
  return next;
}

async function* snapshots() {
  const by = { by: 'anna', until: null };
  for (const name of ['zoo', 'zoo-1.33'] as const) {
    const timeline = await recordedTimeline(name);
    for (const minutes of [2, 10, 19]) {
      const now = timeline.startedAt + minutes * 60_000;
      const state = { ...timeline.stateAt(now), hidden: [{ what: 'logs', namespace: null, why: 'forbidden' }] };
      const late = { ...state, pods: state.pods.map(startedLate) };
      yield JSON.parse(JSON.stringify(snapshotOf(late, RECORDED, [], now)));
      const listed = problemListAt(state, now);
      const { add } = acknowledge(listed, listed, [], state, { ...by, at: now });
      // What a program reads has been through JSON.
      yield JSON.parse(JSON.stringify(snapshotOf(state, RECORDED, timeline.gapsAt(timeline.endedAt), now, add)));
      yield JSON.parse(JSON.stringify(snapshotOf(withConfigs(state, now), RECORDED, [], now)));
    }
  }
}

async function printed(): Promise<ReadonlyMap<string, ReadonlySet<unknown>>> {
  const found = new Map<string, Set<unknown>>();
  for await (const snapshot of snapshots())
    for (const [path, value] of fieldsIn(snapshot)) found.set(path, (found.get(path) ?? new Set()).add(value));
  return found;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? 'time' : typeof value;
}

describe('docs/snapshot.md', async () => {
  const rows = rowsOf(page);
  const fields = await printed();

  it('names the fields that a snapshot has, each once, and no others', () => {
    expect(rows.map((r) => r.path).toSorted()).toEqual([...fields.keys()].toSorted());
  });

  it('states the types that they have', () => {
    const wrong = rows.flatMap(({ path, type }) => {
      const stated = type.replace(' of strings', '').replace('true', 'boolean').split(' or ');
      const seen = new Set([...(fields.get(path) ?? [])].map(typeOf));
      return [...seen].filter((t) => !stated.includes(t)).map((t) => `${path}: ${t}`);
    });
    expect(wrong).toEqual([]);
  });

  it('lists every value of what has few', () => {
    const isListing = ({ type, meaning }: Row) =>
      type === 'string' && !/as in|such as/.test(meaning) && (meaning.match(/`/g) ?? []).length >= 4;
    const listing = rows.filter(isListing);
    expect(listing.length).toBeGreaterThan(8);
    for (const { path, meaning } of listing)
      for (const value of fields.get(path) ?? []) expect(meaning, path).toContain(`\`${value}\``);
  });
});
