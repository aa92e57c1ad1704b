import { describe, expect, it } from 'vitest';
import { FRAME_MS, FrameScheduler } from '../../src/ui/frame-scheduler.ts';
import { TestWorld } from '../support/app-harness.ts';

function scheduler(next: number | null = null, cost = 0) {
  const world = new TestWorld(0);
  const drawn: number[] = [];
  const frames = new FrameScheduler(
    world,
    () => world.now(),
    () => {
      drawn.push(world.now());
      world.advance(cost);
      return next;
    },
  );
  return { world, drawn, frames };
}

describe('the frame scheduler', () => {
  it('draws at once when asked to, and nothing else by itself', () => {
    const { world, drawn, frames } = scheduler();
    frames.flush();
    world.advance(60_000);
    expect(drawn).toEqual([0]);
  });

  it('draws data at most ten times a second, the first at once', () => {
    const { world, drawn, frames } = scheduler();
    for (let i = 0; i < 999; i++) {
      frames.markDirty();
      world.advance(1);
    }
    expect(drawn).toEqual(Array.from({ length: 10 }, (_, i) => i * FRAME_MS));
  });

  it('draws again when it was told to, and sooner when something happens', () => {
    const { world, drawn, frames } = scheduler(1000);
    frames.flush();
    world.advance(1500);
    frames.markDirty();
    world.advance(1000);
    expect(drawn).toEqual([0, 1000, 1500, 2500]);
  });

  it('leaves most of the time to others when frames are slow', () => {
    const { world, drawn, frames } = scheduler(10, 20);
    frames.flush();
    world.advance(900);
    expect(drawn).toEqual([0, 420, 840]);
  });

  it('draws again within half a second however slow they are', () => {
    const { world, drawn, frames } = scheduler(10, 300);
    frames.flush();
    world.advance(1700);
    expect(drawn).toEqual([0, 800, 1600]);
  });

  it('stops', () => {
    const { world, drawn, frames } = scheduler(100);
    frames.flush();
    frames.stop();
    world.advance(1000);
    expect(drawn).toEqual([0]);
  });
});
