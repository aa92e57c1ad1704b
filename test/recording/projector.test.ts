import { describe, expect, it } from 'vitest';
import type { Pod } from '../../src/model/pod.ts';
import type { ObjectLine, RecordingLine } from '../../src/recording/line.ts';
import { Projector } from '../../src/recording/projector.ts';
import type { ObjectEnvelope, SnapshotEnvelope } from '../../src/timeline/envelope.ts';
import { podObject, rawLinesOf, STARTED_AT } from '../support/recordings.ts';

function project(line: RecordingLine) {
  return new Projector(STARTED_AT).project(line, 7);
}

function arrival(type: ObjectLine['type'], name = 'a', uid = 'u1'): ObjectLine {
  const spec = { containers: [{ name: 'main', image: 'app:1' }] };
  return { t: 0, type, kind: 'Pod', object: podObject(name, uid, { spec }) };
}

function specOf(projector: Projector, line: ObjectLine) {
  return ((projector.project(line, 1) as ObjectEnvelope).object as Pod).spec;
}

describe('EnvelopeProjector', () => {
  it('gives every line its time on the wall and its number', () => {
    expect(project({ t: 1500, type: 'marker', name: 'x' })).toEqual({
      ...{ at: STARTED_AT + 1500, line: 7, type: 'marker', name: 'x', note: '' },
    });
  });

  it('tells an open gap from a closed one, with its start on the wall', () => {
    const gap = { t: 900, type: 'gap', kind: 'Pod', from: 100, reason: 'connection reset' } as const;
    expect(project({ ...gap, open: true })).toMatchObject({
      from: STARTED_AT + 100,
      open: true,
      resumed: false,
      namespace: null,
    });
    expect(project({ ...gap, resumed: true, namespace: 'shop' })).toMatchObject({
      open: false,
      resumed: true,
      namespace: 'shop',
    });
  });

  it('keeps what a snapshot is: its namespace, and whether it goes on', () => {
    const snapshot = { t: 0, type: 'snapshot', kind: 'Pod', items: [podObject('a', 'u')] } as const;
    expect(project(snapshot)).toMatchObject({ namespace: null, more: false, items: [{ name: 'a' }] });
    expect(project({ ...snapshot, namespace: 'shop', more: true, keyframe: true })).toMatchObject({
      ...{ namespace: 'shop', more: true },
    });
  });

  it('tells of a keyframe only to who begins with it', () => {
    const projector = new Projector(0);
    const keyframe = { t: 0, type: 'snapshot', kind: 'Pod', items: [podObject('a', 'u')], keyframe: true } as const;
    expect(projector.project({ ...keyframe, more: true }, 1)).toMatchObject({ items: [{ name: 'a' }] });
    expect(projector.project({ ...keyframe, items: [podObject('b', 'u2')] }, 2)).toMatchObject({ items: [{ name: 'b' }] });
    expect(projector.project(keyframe, 3)).toBeNull();
  });

  it('tells what is hidden, and a log that could not be had', () => {
    expect(project({ t: 0, type: 'access', hidden: [{ what: 'logs', why: 'forbidden' }] })).toMatchObject({
      hidden: [{ what: 'logs', namespace: null, why: 'forbidden' }],
    });
    expect(project({ t: 0, type: 'log', namespace: 'a', pod: 'b', uid: 'c', container: 'd', error: 'not found' })).toMatchObject({
      ...{ type: 'log', text: '', truncated: false, error: 'not found', containerID: '' },
    });
  });

  it('has nothing for bookmarks and for kinds that it does not know', () => {
    expect(project({ t: 0, type: 'BOOKMARK', kind: 'Pod', object: {} })).toBeNull();
    expect(project({ t: 0, type: 'ADDED', kind: 'Lease', object: {} })).toBeNull();
    expect(project({ t: 0, type: 'snapshot', kind: 'Lease', items: [] })).toBeNull();
  });

  it('makes every string safe, and masks secrets in free text', () => {
    const object = podObject('a\u001b[2J', 'u', { status: { message: 'password=x\u202e' } });
    expect(project({ t: 0, type: 'ADDED', kind: 'Pod', object })).toMatchObject({
      object: { name: 'a␛[2J', message: 'password=[redacted]' },
    });
    expect(
      project({ t: 0, type: 'log', namespace: 'a', pod: 'b', uid: 'c', container: 'd', text: 'a\n\u001b]0;x\u0007' }),
    ).toMatchObject({
      text: 'a\n␛]0;x␇',
    });
    expect(project({ t: 0, type: 'marker', name: 'x\u0007', note: 'a\nb' })).toMatchObject({ name: 'x␇', note: 'a␊b' });
    expect(project({ t: 0, type: 'gap', kind: 'P\u001b', from: 0, reason: '\u009b' })).toMatchObject({
      kind: 'P␛',
      reason: '\ufffd',
    });
  });

  it('shares a spec that did not change, until the Pod is deleted or missing from a list', () => {
    const projector = new Projector(0);
    const first = specOf(projector, arrival('ADDED'));
    expect(specOf(projector, arrival('MODIFIED'))).toBe(first);
    specOf(projector, arrival('DELETED'));
    const second = specOf(projector, arrival('ADDED'));
    expect(second).not.toBe(first);
    projector.project({ t: 0, type: 'snapshot', kind: 'Pod', namespace: 'elsewhere', items: [] }, 1);
    expect(specOf(projector, arrival('MODIFIED'))).toBe(second);
    projector.project({ t: 0, type: 'snapshot', kind: 'Pod', items: [podObject('b', 'u2')], more: true }, 1);
    projector.project({ t: 0, type: 'snapshot', kind: 'Pod', items: [] }, 1);
    expect(specOf(projector, arrival('MODIFIED'))).not.toBe(second);
  });

  it('keeps sharing over a list that goes on over several lines', () => {
    const projector = new Projector(0);
    const first = specOf(projector, arrival('ADDED'));
    const items = [arrival('ADDED').object];
    projector.project({ t: 0, type: 'snapshot', kind: 'Pod', items, more: true }, 1);
    const rest = projector.project({ t: 0, type: 'snapshot', kind: 'Pod', items: [] }, 1) as SnapshotEnvelope;
    expect(rest.items).toEqual([]);
    expect(specOf(projector, arrival('MODIFIED'))).toBe(first);
  });

  it.each([
    ['zoo', { object: 7233, snapshot: 8, log: 666, gap: 8, marker: 15 }],
    ['zoo-1.33', { object: 9248, snapshot: 9, log: 635, marker: 10 }],
  ] as const)('makes an envelope of every line of %s but its end', async (zoo, counts) => {
    const { lines } = await rawLinesOf(zoo);
    const projector = new Projector(STARTED_AT);
    const found: Record<string, number> = {};
    for (const { line, number } of lines) {
      const type = projector.project(line, number)?.type ?? 'none';
      found[type] = (found[type] ?? 0) + 1;
    }
    // Counted apart, with grep.
    expect(found).toEqual(counts);
  });
});
