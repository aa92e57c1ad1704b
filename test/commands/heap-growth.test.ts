import { setFlagsFromString } from 'node:v8';
import { expect, it, vi } from 'vitest';
import { growSlowly } from '../../src/commands/heap-growth.ts';

vi.mock('node:v8', () => ({ setFlagsFromString: vi.fn() }));

it('is asked of V8 where the session was started with an option of ours, and leaves others alone', () => {
  growSlowly(['--max-semi-space-size=64', '--enable-source-maps']);
  expect(setFlagsFromString).not.toHaveBeenCalled();
  growSlowly(['--max-semi-space-size=4', '--heap-growing-percent=70']);
  expect(setFlagsFromString).toHaveBeenCalledExactlyOnceWith('--heap-growing-percent=30');
});
