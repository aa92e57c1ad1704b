import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { DeadlineReader } from '../../src/session/deadline-reader.ts';

it('loses nothing that came too late: it is read next', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const reader = new DeadlineReader(
    (async function* () {
      yield 'one';
      await promise;
      yield 'two';
    })(),
  );
  expect(await reader.read()).toEqual({ item: 'one' });
  expect(await reader.read(Promise.resolve())).toBe('late');
  expect(await reader.read(nextTurn())).toBe('late');
  resolve();
  expect(await reader.read()).toEqual({ item: 'two' });
  expect(await reader.read()).toBeNull();
  expect(await reader.read()).toBeNull();
});

it('throws what its source throws, once it is due', async () => {
  const reader = new DeadlineReader(
    // biome-ignore lint/correctness/useYield: a source that fails at once.
    (async function* (): AsyncGenerator<string> {
      throw new Error('gone');
    })(),
  );
  await expect(reader.read()).rejects.toThrow('gone');
});
