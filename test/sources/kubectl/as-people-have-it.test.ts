import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Pod } from '../../../src/model/pod.ts';
import { YamlPieces } from '../../../src/sources/kubectl/yaml-pieces.ts';
import { openSource } from '../../../src/sources/open.ts';
import { type Json, objectOf } from '../../../src/text/json.ts';
import type { Envelope } from '../../../src/timeline/envelope.ts';
import { all, failureOf, LATER, open, stdinOf } from '../../support/opening.ts';
import { fixture } from '../../support/recorded.ts';
import { anyCuts, inPieces } from '../../support/recordings.ts';

/** What a real kubectl printed: a List of 52 Pods. */
const LIST = objectOf(JSON.parse(gunzipSync(await files.readFile(fixture('recordings/kubectl/list.json.gz'))).toString()));
const PODS = LIST.items as Json[];
const [FIRST = {}] = PODS;
const METADATA = objectOf(FIRST.metadata);

/** The Pods that exist after these arrivals, by UID. */
function podsAfter(envelopes: readonly Envelope[]): Map<string, Pod> {
  const pods = new Map<string, Pod>();
  for (const envelope of envelopes) {
    if (envelope.type === 'snapshot' && envelope.kind === 'Pod') {
      pods.clear();
      for (const item of envelope.items) pods.set(item.uid, item as Pod);
    } else if (envelope.type === 'object' && envelope.object.kind === 'Pod') {
      if (envelope.verb === 'DELETED') pods.delete(envelope.object.uid);
      else pods.set(envelope.object.uid, envelope.object);
    }
  }
  return pods;
}

async function podsIn(text: string | Uint8Array): Promise<Pod[]> {
  return [...podsAfter(await all(await open(stdinOf(text)))).values()];
}

const listOf = (items: readonly Json[]) => JSON.stringify({ apiVersion: 'v1', items, kind: 'List', metadata: {} }, null, 4);
const untyped = (items: readonly Json[]) => items.map(({ kind: _k, apiVersion: _v, ...rest }) => rest);
const inNamespace = (namespace: string) => PODS.filter((pod) => objectOf(pod.metadata).namespace === namespace);
const NAMESPACES = [...new Set(PODS.map((pod) => String(objectOf(pod.metadata).namespace)))];

let directory = '';
beforeAll(async () => {
  directory = await files.mkdtemp(join(tmpdir(), 'crashtop-kubectl-'));
});
afterAll(async () => {
  await files.rm(directory, { recursive: true });
});

async function written(name: string, text: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await files.mkdir(dirname(path), { recursive: true });
  await files.writeFile(path, text);
  return path;
}

function utf16(text: string, order: 'le' | 'be', mark: string): Buffer {
  const bytes = Buffer.from(`${mark}${text.replaceAll('\n', '\r\n')}`, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}

// As `jq -C` does: each string and each brace in a colour.
function coloured(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g, (token) => `\u001b[0;32m${token}\u001b[0m`);
}

describe('a List holds the same Pods', () => {
  const text = listOf(PODS);
  it.each<[string, () => string | Uint8Array]>([
    ['in UTF-16 as PowerShell writes it', () => utf16(text, 'le', '\ufeff')],
    ['in UTF-16 of the other order', () => utf16(text, 'be', '\ufeff')],
    ['in UTF-16 without a mark, gzipped', () => gzipSync(utf16(text, 'le', ''))],
    ['behind a warning of kubectl', () => `Warning: v1 ComponentStatus is deprecated in v1.19+\n${text}`],
    ["behind client-go's log", () => `E1128 19:00:01.123456   12345 memcache.go:287] couldn't get resource list: {"a"}\n${text}`],
    ['behind a prompt with the command', () => `anna@host:~/x$ kubectl get pods -A -o json\n${text}\nanna@host:~/x$ \n`],
    ['behind a prompt in brackets', () => `[anna@host ~]$ kubectl get pods -A -o json\n${text}\n[anna@host ~]$ exit\n`],
    ['in colours', () => coloured(text)],
    ['as an array', () => JSON.stringify(PODS, null, 2)],
    ['as an array in an array, as `jq -s` makes it', () => JSON.stringify([JSON.parse(text)])],
    ['as a PodList of the API', () => JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: untyped(PODS) })],
    ['as a PodList that names its kind last', () => JSON.stringify({ items: untyped(PODS), kind: 'PodList' })],
    ['one by one, as `jq .items[]` makes them', () => PODS.map((pod) => JSON.stringify(pod, null, 2)).join('\n')],
    ['as an array of watch events', () => JSON.stringify(PODS.map((object) => ({ type: 'ADDED', object })))],
    ['as YAML', () => stringify({ apiVersion: 'v1', items: PODS, kind: 'List', metadata: {} })],
    ['as YAML, indented, behind a warning', () => `Warning: x is deprecated\n---\n${stringify(LIST, { indentSeq: true })}`],
    ['as YAML of many documents', () => PODS.map((pod) => stringify(pod, { indentSeq: false })).join('---\n')],
    ['as YAML in UTF-16', () => utf16(stringify(LIST, { indentSeq: false }), 'le', '\ufeff')],
    ['namespace by namespace', () => NAMESPACES.map((ns) => `${ns}\n${listOf(inNamespace(ns))}`).join('\n')],
    ['half by half', () => `${listOf(PODS.slice(0, 20))}\n${listOf(PODS.slice(20))}`],
    ['twice', () => `${text}\n${text}`],
    ['behind an empty list', () => `${listOf([])}\n${text}\nNo resources found in default namespace.\n${listOf([])}`],
  ])('%s', async (_how, textOf) => {
    expect(await podsIn(textOf())).toEqual(await podsIn(text));
  });

  it('however the bytes are cut', async () => {
    const bytes = utf16(coloured(listOf(PODS.slice(0, 2))), 'le', '\ufeff');
    const wanted = (await podsIn(listOf(PODS.slice(0, 2)))).map(({ uid }) => uid);
    await fc.assert(
      fc.asyncProperty(anyCuts, async (cuts) => {
        const source = await open(Readable.from(inPieces(bytes, cuts)));
        expect([...podsAfter(await all(source)).keys()]).toEqual(wanted);
      }),
      { numRuns: 50 },
    );
  });
});

describe('lists one after the other', () => {
  const [a, b, c] = PODS.slice(0, 3) as [Json, Json, Json];
  const names = async (lists: readonly (readonly Json[])[]) =>
    (await podsIn(lists.map(listOf).join('\n'))).map(({ uid }) => PODS.findIndex((p) => objectOf(p.metadata).uid === uid));

  it('add where they share no object, and replace each other where they do', async () => {
    expect(await names([[a], [b], [c]])).toEqual([0, 1, 2]);
    expect(
      await names([
        [a, b],
        [b, c],
      ]),
    ).toEqual([1, 2]);
    expect(await names([[a, b], [c], [b]])).toEqual([1, 2].toReversed().toSorted());
    expect(await names([[a], [b], [a, b, c], [c]])).toEqual([2]);
    expect(await names([[a, b], []])).toEqual([0, 1]);
  });
});

describe('what else kubectl lists', () => {
  const object = (kind: string, name: string, more: object) => ({
    ...{
      apiVersion: 'v1',
      kind,
      metadata: { name, namespace: METADATA.namespace, uid: `u-${name}`, creationTimestamp: '2026-11-01T00:00:00Z' },
    },
    ...more,
  });
  const event = object('Event', 'e', {
    involvedObject: { kind: 'Pod', name: METADATA.name, namespace: METADATA.namespace, uid: METADATA.uid },
    reason: 'BackOff',
    lastTimestamp: '2026-11-30T00:00:00Z',
  });
  const node = object('Node', 'node-a', { status: { nodeInfo: { kubeletVersion: 'v1.35.4' } } });
  const deployment = object('Deployment', 'web', { spec: { replicas: 3 } });

  it('events, nodes and owners are used, in one list and in several', async () => {
    const kinds = ['Pod', 'Event', 'Node', 'Deployment'];
    for (const text of [
      listOf([event, ...PODS, node, deployment]),
      [[node], PODS, [event], [deployment]].map(listOf).join('\n'),
    ]) {
      const envelopes = await all(await open(stdinOf(text)));
      expect(envelopes.map((e) => (e.type === 'snapshot' ? e.kind : e.type)).toSorted()).toEqual(kinds.toSorted());
      expect(envelopes.at(-1)?.at).toBe(Date.parse('2026-11-30T00:00:00Z'));
    }
  });

  it('watch events of them arrive as they come', async () => {
    const lines = [
      { type: 'ADDED', object: FIRST },
      { type: 'ADDED', object: event },
      { type: 'MODIFIED', object: FIRST },
      { type: 'MODIFIED', object: deployment },
    ];
    const envelopes = await all(await open(stdinOf(lines.map((line) => JSON.stringify(line)).join('\n'))));
    expect(
      envelopes.map((e) => (e.type === 'snapshot' ? `${e.kind}s` : e.type === 'object' ? `${e.verb} ${e.object.kind}` : e.type)),
    ).toEqual([...['Pods', 'Events', 'MODIFIED Pod', 'MODIFIED Deployment']]);
  });

  it('the Spec tab finds them again', async () => {
    const path = await written('mixed.yaml', stringify({ items: [event, ...PODS, node], kind: 'List' }, { indentSeq: false }));
    const source = await open(path);
    const envelopes = await all(source);
    const pods = envelopes.find((e) => e.type === 'snapshot' && e.kind === 'Pod');
    expect(await source.objectAt(pods?.line ?? 0, String(METADATA.uid))).toMatchObject({ metadata: { name: METADATA.name } });
  });
});

describe('what is missing is said', () => {
  it('a list that is cut off is an error, and where lenient what came of it', async () => {
    const text = listOf(PODS.slice(0, 3));
    const [, second = {}, third = {}] = PODS;
    const cut = text.slice(0, text.indexOf(String(objectOf(third.metadata).uid)));
    expect(await failureOf(open(stdinOf(cut)).then(all))).toBe(
      'standard input:1: the list is cut off after 2 of its objects: the missing part is unknown; --lenient shows what is there',
    );
    const source = await open(stdinOf(cut), { lenient: true });
    expect([...podsAfter(await all(source)).keys()]).toEqual([METADATA.uid, objectOf(second.metadata).uid]);
    expect(source.notices).toMatchObject([{ kind: 'damaged', message: expect.stringContaining('cut off') }]);
    const yaml = stringify({ apiVersion: 'v1', items: PODS.slice(0, 3), kind: 'List' }, { indentSeq: false });
    expect(await failureOf(open(stdinOf(yaml.slice(0, -200))).then(all))).toMatch(
      /the list is cut off after [12] of its objects/,
    );
  });

  it('a list that kubectl could not get', async () => {
    const failed = 'Error from server (Forbidden): pods is forbidden: User "x" cannot list resource "pods"';
    const source = await open(stdinOf(`${listOf(PODS)}\n${failed}\n`));
    await all(source);
    expect(source.notices).toMatchObject([
      {
        kind: 'lines-skipped',
        message: expect.stringMatching(/line \d+ says that kubectl failed, so something is missing here: "Error from server/),
      },
    ]);
  });
});

describe('YamlPieces', () => {
  it('cuts lists of any form into the items that the whole would hold', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('- a', 'items:', '---', 'a\n- b\n\n  c', 'kind: x', '"', "'", '#', 'x: |'),
    );
    const item = fc.dictionary(
      text,
      fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.dictionary(text, text, { maxKeys: 2 })),
      {
        minKeys: 1,
        maxKeys: 3,
      },
    );
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 4 }), fc.boolean(), anyCuts, (items, indentSeq, cuts) => {
        const whole = stringify({ apiVersion: 'v1', items, kind: 'List' }, { indentSeq, lineWidth: 40 });
        const splitter = new YamlPieces();
        const pieces = inPieces(Buffer.from(whole), cuts).flatMap((chunk) => splitter.push(Buffer.from(chunk)));
        const { pieces: last, cut } = splitter.end();
        const all = [...pieces, ...last];
        expect(all.filter(({ type }) => type === 'item').map(({ bytes }) => splitter.parse(bytes))).toEqual(items);
        expect(splitter.parse(all.at(-1)?.bytes ?? Buffer.alloc(0))).toEqual({ apiVersion: 'v1', kind: 'List' });
        expect(cut).toBe(null);
      }),
      { numRuns: 500 },
    );
  });
});

describe('several files', () => {
  const openAll = (paths: readonly string[]) => openSource(paths, { clock: { now: () => LATER }, stdin: Readable.from([]) });

  it('are read as one output, JSON and YAML', async () => {
    const paths = [
      await written('a.json', listOf(PODS.slice(0, 10))),
      await written('b.yaml', stringify({ items: PODS.slice(10), kind: 'List' })),
    ];
    const source = await openAll(paths);
    const envelopes = await all(source);
    expect(podsAfter(envelopes).size).toBe(PODS.length);
    expect(source.info.name).toBe('a.json, b.yaml');
    const last = objectOf(PODS.at(-1)?.metadata);
    expect(await source.objectAt(envelopes.at(-1)?.line ?? 0, String(last.uid))).toMatchObject({ metadata: { name: last.name } });
    expect(await source.objectAt(envelopes.at(-1)?.line ?? 0, String(METADATA.uid))).toMatchObject({
      metadata: { name: METADATA.name },
    });
  });

  it('name the one that is wrong', async () => {
    const good = await written('good.json', listOf(PODS));
    const bad = await written('bad.json', `${listOf(PODS)}\n{"kind": nonsense}`);
    expect(await failureOf(openAll([good, bad]).then(all))).toMatch(/bad\.json:\d+: not JSON/);
    expect(await failureOf(openAll([good, fixture('recordings/zoo.ndjson.gz')]))).toMatch(
      /zoo\.ndjson\.gz is a recording: give it alone/,
    );
    expect(await failureOf(openAll([good, directory]))).toMatch(/ is a directory: give it alone/);
  });
});

describe('a directory', () => {
  const log = (pod: Json, container: string, text: string) => {
    const { namespace, name } = objectOf(pod.metadata);
    const of = `logs for container ${container} of pod ${namespace}/${name}`;
    return `==== START ${of} ====\n${text}\n==== END ${of} ====\n`;
  };
  const crashed = PODS.find((pod) => JSON.stringify(pod).includes('"terminated"')) as Json;
  const { namespace, name, uid } = objectOf(crashed.metadata);
  const status = (objectOf(crashed.status).containerStatuses as Json[]).find(
    (c) => c.containerID !== undefined && c.containerID !== '',
  ) as Json;

  it('of kubectl cluster-info dump is one moment, logs included', async () => {
    for (const ns of NAMESPACES) {
      await written(
        `dump/${ns}/pods.json`,
        JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: untyped(inNamespace(ns)) }, null, 4),
      );
      await written(`dump/${ns}/services.json`, '{"kind":"ServiceList","items":[]}');
    }
    await written('dump/nodes.json', '{"kind":"NodeList","items":[{"metadata":{"name":"node-a","uid":"n1"}}]}');
    await written(`dump/${namespace}/${name}/logs.txt`, log(crashed, String(status.name), 'the {last} words'));
    const source = await open(join(directory, 'dump'));
    const envelopes = await all(source);
    expect(podsAfter(envelopes).size).toBe(PODS.length);
    expect(envelopes.map((e) => (e.type === 'snapshot' ? e.kind : e.type))).toEqual(['Pod', 'Node', 'log']);
    expect(envelopes.at(-1)).toMatchObject({
      uid,
      container: status.name,
      containerID: status.containerID,
      text: 'the {last} words\n',
    });
    expect(new Set(envelopes.map(({ at }) => at)).size).toBe(1);
    expect(await source.objectAt(1, String(uid))).toMatchObject({ metadata: { name } });
  });

  it('of must-gather is one, too: of an object that stands in it twice the newest counts', async () => {
    const base = `gather/quay-io/namespaces/${namespace}`;
    const older = { ...crashed, metadata: { ...objectOf(crashed.metadata), resourceVersion: '1', labels: { old: 'yes' } } };
    await written(`${base}/core/pods.yaml`, stringify({ kind: 'PodList', items: [older] }));
    await written(`${base}/pods/${name}/${name}.yaml`, `---\n${stringify(crashed)}`);
    await written(`${base}/pods/${name}/${status.name}/${status.name}/logs/current.log`, 'its words\n');
    await written(`${base}/core/broken.yaml`, 'kind: [');
    const source = await open(join(directory, 'gather'));
    const envelopes = await all(source);
    expect([...podsAfter(envelopes).values()]).toEqual(await podsIn(listOf([crashed])));
    expect(envelopes.at(-1)).toMatchObject({ type: 'log', text: expect.stringContaining('its words') });
  });

  it('without a Pod is an error', async () => {
    await written('empty/readme.txt', 'x');
    expect(await failureOf(open(join(directory, 'empty')))).toMatch(/ is a directory without a Pod in it: /);
  });
});

describe('the log in the middle of a dump', () => {
  it('belongs to its container, even where it looks like JSON', async () => {
    const { namespace, name } = METADATA;
    const of = `logs for container app of pod ${namespace}/${name}`;
    const text = `${listOf(PODS)}\n==== START ${of} ====\n{"kind":"Pod"\n}}\n==== END ${of} ====\n${listOf([])}`;
    const envelopes = await all(await open(stdinOf(text)));
    expect(envelopes.filter(({ type }) => type === 'log')).toMatchObject([{ uid: METADATA.uid, text: '{"kind":"Pod"\n}}\n' }]);
    expect(podsAfter(envelopes).size).toBe(PODS.length);
  });
});
