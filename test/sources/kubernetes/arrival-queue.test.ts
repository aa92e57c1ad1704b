import { describe, expect, it } from 'vitest';
import { ArrivalQueue } from '../../../src/sources/kubernetes/arrival-queue.ts';

async function readAll<T>(queue: ArrivalQueue<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of queue) items.push(item);
  return items;
}

describe('ArrivalQueue', () => {
  it('gives everything in order, what came before the reader and after', async () => {
    const queue = new ArrivalQueue<number>(10);
    for (let i = 0; i < 3000; i++) queue.push(i);
    const read = readAll(queue);
    await Promise.resolve();
    for (let i = 3000; i < 6000; i++) queue.push(i);
    queue.end();
    expect(await read).toEqual(Array.from({ length: 6000 }, (_, i) => i));
  });

  it('is read to its end, then throws the error that it ended with; the first end counts', async () => {
    const queue = new ArrivalQueue<string>(10);
    queue.push('a');
    queue.end(new Error('lost'));
    queue.end();
    queue.push('b');
    const read: string[] = [];
    const reading = (async () => {
      for await (const item of queue) read.push(item);
    })();
    await expect(reading).rejects.toThrow('lost');
    expect(read).toEqual(['a']);
  });

  it('wakes a reader that waits', async () => {
    const queue = new ArrivalQueue<string>(10);
    const reader = queue[Symbol.asyncIterator]();
    const next = reader.next();
    queue.push('late');
    expect(await next).toEqual({ done: false, value: 'late' });
    const last = reader.next();
    queue.end();
    expect(await last).toMatchObject({ done: true });
  });

  it('has no room from its limit on, until half of it is read', async () => {
    const queue = new ArrivalQueue<number>(4);
    for (let i = 0; i < 4; i++) queue.push(i);
    let hasRoom = false;
    void queue.drained().then(() => {
      hasRoom = true;
    });
    const reader = queue[Symbol.asyncIterator]();
    await reader.next();
    await reader.next();
    expect([hasRoom, queue.size]).toEqual([false, 2]);
    await reader.next();
    await Promise.resolve();
    expect([hasRoom, queue.size]).toEqual([true, 1]);
  });

  it('lets producers go when it ends', async () => {
    const queue = new ArrivalQueue<number>(1);
    queue.push(1);
    const room = queue.drained();
    queue.end();
    await room;
    await queue.drained();
  });
});
