import { describe, expect, it, vi } from 'vitest';
import { FullObjects } from '../../src/ui/full-object.ts';
import { NOW, subject } from '../support/record-builder.ts';

const RECORD = subject({}).entry.record;

describe('the whole object of a pod', () => {
  it('is being fetched until it has come, and is then told of', async () => {
    const onFetched = vi.fn();
    const objects = new FullObjects(async () => ({ kind: 'Pod' }), onFetched);
    objects.want(RECORD);
    expect(objects.of(RECORD)).toEqual({ type: 'loading' });
    expect(onFetched).not.toHaveBeenCalled();
    await objects.settled();
    expect(objects.of(RECORD)).toEqual({ type: 'known', object: { kind: 'Pod' }, yaml: 'kind: Pod\n' });
    expect(onFetched).toHaveBeenCalledTimes(1);
  });

  it('is fetched once, and again when a newer arrival of the pod is shown: the one before stays until then', async () => {
    const getObject = vi.fn(async ({ line }: typeof RECORD) => ({ kind: 'Pod', line }));
    const objects = new FullObjects(getObject, () => {});
    const newer = { ...RECORD, line: RECORD.line + 1, arrivedAt: NOW };
    for (const record of [RECORD, RECORD, newer]) objects.want(record);
    expect(getObject).toHaveBeenCalledTimes(1);
    await objects.settled();
    expect(objects.of(newer)).toMatchObject({ object: { line: RECORD.line } });
    for (const record of [RECORD, newer, newer]) objects.want(record);
    await objects.settled();
    expect(getObject).toHaveBeenCalledTimes(2);
    expect(objects.of(newer)).toMatchObject({ object: { line: newer.line } });
  });

  it('is not that of another pod', async () => {
    const objects = new FullObjects(
      async () => ({ kind: 'Pod' }),
      () => {},
    );
    objects.want(RECORD);
    await objects.settled();
    const other = { ...RECORD, pod: { ...RECORD.pod, uid: 'another' } };
    expect([objects.of(other), objects.of(null)]).toEqual([{ type: 'loading' }, { type: 'loading' }]);
  });

  it('says why it was not had, as safe text', async () => {
    const objects = new FullObjects(
      async () => {
        throw new Error('pods "api-1" not found\u001b[2J');
      },
      () => {},
    );
    objects.want(RECORD);
    await objects.settled();
    expect(objects.of(RECORD)).toEqual({ type: 'failed', why: 'pods "api-1" not found␛[2J' });
    const empty = new FullObjects(
      async () => null,
      () => {},
    );
    empty.want(RECORD);
    await empty.settled();
    expect(empty.of(RECORD)).toEqual({ type: 'failed', why: 'the source gave nothing' });
  });
});
