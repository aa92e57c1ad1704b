import { describe, expect, it } from 'vitest';
import { toPod } from '../../../../../src/model/pod.ts';
import { toKubeEvent } from '../../../../../src/model/resources.ts';
import { redactObject } from '../../../../../src/recording/redaction/standard.ts';
import { errorOfAnswer } from '../../../../../src/sources/kubernetes/http/connection-error.ts';
import { decodeObject } from '../../../../../src/sources/kubernetes/watch/protobuf/decode.ts';
import { type WatchEvent, watchDecoder } from '../../../../../src/sources/kubernetes/watch/watch-decoder.ts';
import { arrayOf, type Json, objectOf } from '../../../../../src/text/json.ts';
import { PLACE } from '../../../../support/fake-api.ts';
import { recordedBody } from './recorded-bytes.ts';

const COLLECTIONS = [
  ['Pod', 'pods', toPod],
  ['Event', 'events', toKubeEvent],
] as const;

/** What crashtop makes of an object of a list or a watch. */
function asKept(kind: 'Pod' | 'Event', project: (raw: Json) => unknown, object: Json): unknown {
  return { redacted: redactObject(kind, object), projected: project(object) };
}

function watched(name: string): { protobuf: WatchEvent[]; json: WatchEvent[] } {
  const { protobuf, json } = recordedBody(name);
  return { protobuf: [...watchDecoder(true).push(protobuf)], json: [...watchDecoder(false).push(json)] };
}

const isBookmark = ({ type }: WatchEvent) => type === 'BOOKMARK';

describe.each(COLLECTIONS)('what an API server 1.35 sends of a %s', (kind, resource, project) => {
  it('in a watch is the same in both formats', () => {
    const { protobuf, json } = watched(`${resource}.watch`);
    expect(new Set(json.map((e) => e.type))).toEqual(new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']));
    const kept = (events: WatchEvent[]) =>
      events.filter((e) => !isBookmark(e)).map(({ type, object }) => [type, asKept(kind, project, object)]);
    expect(kept(protobuf)).toStrictEqual(kept(json));
  });

  it('in bookmarks tells the same version, and where the initial events end', () => {
    const { protobuf, json } = watched(`${resource}.watch`);
    const told = (events: WatchEvent[]) =>
      events.filter(isBookmark).map(({ object: { metadata, kind } }) => {
        const { resourceVersion, annotations = {} } = objectOf(metadata);
        return [kind, resourceVersion, annotations];
      });
    expect(told(protobuf)).toEqual(told(json));
    expect(told(json)[0]).toEqual([kind, expect.any(String), { 'k8s.io/initial-events-end': 'true' }]);
  });

  it('in a page of a list is the same, its continue token too', () => {
    const { protobuf, json } = recordedBody(`${resource}.page`);
    const page = decodeObject(protobuf);
    const inJson = JSON.parse(json.toString('utf8')) as Json;
    const { resourceVersion, continue: token } = objectOf(inJson.metadata);
    expect(page).toMatchObject({ kind: `${kind}List`, apiVersion: 'v1', metadata: { resourceVersion, continue: token } });
    expect(token).toMatch(/./);
    const items = (list: Json) => arrayOf(list.items).map((item) => asKept(kind, project, objectOf(item)));
    expect(items(page)).toStrictEqual(items(inJson));
    expect(items(page)).not.toEqual([]);
  });
});

describe('a pod', () => {
  it('holds no value of an env, no arg and no managedFields, once it is decoded', () => {
    const { protobuf, json } = watched('pods.watch');
    for (const what of ['"value":"not-a-real-secret"', '"args":["--token"', '"managedFields":[']) {
      expect(JSON.stringify(json)).toContain(what);
      expect(JSON.stringify(protobuf)).not.toContain(what);
    }
    expect(JSON.stringify(protobuf)).not.toMatch(/managedFields|args|last-applied-configuration|not-a-real-secret/);
  });
});

describe('a failure', () => {
  it.each([400, 403, 404, 504])('%s is the same in both formats', (code) => {
    const { protobuf, json } = recordedBody(`status-${code}`);
    const error = errorOfAnswer(code, JSON.stringify(decodeObject(protobuf)), null, PLACE);
    const inJson = errorOfAnswer(code, json.toString('utf8'), null, PLACE);
    expect({ ...error, message: error.message }).toEqual({ ...inJson, message: inJson.message });
  });

  it('410 inside of a watch is the same, too', () => {
    const { protobuf, json } = watched('status-410');
    expect(protobuf.map((e) => e.type)).toEqual(['ERROR']);
    const { code, reason, message } = objectOf(json[0]?.object);
    expect(protobuf[0]?.object).toMatchObject({ code, reason, message });
  });
});
