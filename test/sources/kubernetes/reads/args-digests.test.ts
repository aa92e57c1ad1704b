import { describe, expect, it } from 'vitest';
import { toOwner } from '../../../../src/model/resources.ts';
import { templateChanges } from '../../../../src/model/template-changes.ts';
import { redactObject } from '../../../../src/recording/redaction/standard.ts';
import { StrictRedaction } from '../../../../src/recording/redaction/strict.ts';
import { ArgsDigests } from '../../../../src/sources/kubernetes/reads/args-digests.ts';
import type { Json } from '../../../../src/text/json.ts';

type Kind = 'ReplicaSet' | 'ControllerRevision';

function revision(kind: Kind, args: unknown): Json {
  const template = {
    spec: { containers: [{ name: 'api', image: 'api:1', args }], initContainers: [{ name: 'wait', args: ['x'] }] },
  };
  const metadata = { name: 'web-1', uid: 'u' };
  return kind === 'ReplicaSet' ? { metadata, spec: { template } } : { metadata, data: { spec: { template } } };
}

/** What is known of it after it was marked and redacted as a recording is. */
function recorded(digests: ArgsDigests, args: unknown, kind: Kind = 'ReplicaSet') {
  return toOwner(redactObject(kind, digests.mark(revision(kind, args))) as Json, kind).template;
}

const SECRETIVE = ['--port=80', '--password=not-a-real-password', '--token', 'not-a-real-token'];

describe('digests of args', () => {
  it.each(['ReplicaSet', 'ControllerRevision'] as const)('tell that the args of a %s changed, and nothing else', (kind) => {
    const digests = new ArgsDigests();
    const before = recorded(digests, SECRETIVE, kind);
    expect(templateChanges(before, recorded(digests, SECRETIVE, kind))).toEqual([]);
    expect(templateChanges(before, recorded(digests, [...SECRETIVE, '-v'], kind))).toEqual([
      { path: 'api: args', from: 'set', to: 'set' },
    ]);
    expect(templateChanges(before, recorded(digests, undefined, kind))).toEqual([{ path: 'api: args', from: 'set', to: null }]);
    expect(templateChanges(recorded(digests, [], kind), before)).toEqual([{ path: 'api: args', from: null, to: 'set' }]);
  });

  it('tell nothing where one is of another session, or missing', () => {
    const [here, there] = [recorded(new ArgsDigests(), ['a']), recorded(new ArgsDigests(), ['b'])];
    expect(templateChanges(here, there)).toEqual([]);
    expect(templateChanges(here, toOwner(revision('ReplicaSet', ['b']), 'ReplicaSet').template)).toEqual([]);
  });

  it('hold no argument, differ from session to session, and are in no strict recording', () => {
    const marked = new ArgsDigests().mark(revision('ReplicaSet', SECRETIVE));
    const standard = redactObject('ReplicaSet', marked) as Json;
    expect(JSON.stringify(standard)).not.toContain('not-a-real');
    expect(JSON.stringify(standard)).toMatch(/"argsDigest":"[0-9a-f]{8}:[0-9a-f]{16}"/);
    const digestOf = (text: string) => /argsDigest":"[0-9a-f]{8}:([0-9a-f]+)/.exec(text)?.[1];
    const other = redactObject('ReplicaSet', new ArgsDigests().mark(revision('ReplicaSet', SECRETIVE)));
    expect(digestOf(JSON.stringify(other))).not.toBe(digestOf(JSON.stringify(standard)));
    const strict = new StrictRedaction().line({ t: 0, type: 'ADDED', kind: 'ReplicaSet', object: standard });
    expect(JSON.stringify(strict)).not.toContain('argsDigest');
  });
});
