import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ConnectionError } from '../../../../src/sources/kubernetes/http/connection-error.ts';
import { errorOfAnswer } from '../../../../src/sources/kubernetes/http/connection-error.ts';
import {
  MAX_CONCURRENT_READS,
  RateLimitedReads,
  READS_BURST,
  READS_PER_SECOND,
} from '../../../../src/sources/kubernetes/reads/rate-limited-reads.ts';
import { answered, fakeApi } from '../../../support/fake-api.ts';
import { ManualTime } from '../../../support/manual-time.ts';

const NOW = Date.parse('2026-11-22T15:00:00Z');
const BUSY = errorOfAnswer(429, '{}', 7000, { server: 'https://test', context: 'test', file: 'kubeconfig' });

/** Reads of an API that answers as the test says, `{}` if nothing else. */
function paced(answer: (path: string) => ConnectionError | Promise<object> | undefined = () => undefined) {
  const time = new ManualTime(NOW);
  const asked: string[] = [];
  const taken: string[] = [];
  const missing: string[] = [];
  const rights: (readonly [string, string | null])[] = [];
  let underWay = 0;
  let most = 0;
  const api = fakeApi(async (path) => {
    asked.push(path);
    most = Math.max(most, ++underWay);
    await nextTurn();
    const given = (await answer(path)) ?? {};
    underWay--;
    return given as ConnectionError;
  });
  const reads = new RateLimitedReads({
    ...{ api, clock: time, timers: time, random: () => 0 },
    onRight: (right, why) => rights.push([right, why]),
  });
  const ask = (path: string, { inMs = 0, right = 'r', rank = 1, isWanted = true } = {}) =>
    reads.ask(
      {
        ...{ key: path, right, path, rank: () => rank, isWanted: () => isWanted },
        ...{ take: () => taken.push(path), missing: () => missing.push(path) },
      },
      time.now() + inMs,
    );
  const settle = async () => {
    for (let i = 0; i < 200; i++) await nextTurn();
  };
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      time.advance(Math.min(100, ms - passed));
      for (let i = 0; i < 12; i++) await nextTurn();
    }
    await settle();
  };
  return { reads, time, asked, taken, missing, rights, ask, pass, most: () => most };
}

describe('PacedReads', () => {
  it('makes a burst, then five a second, four at once, however many are asked for', async () => {
    const { ask, asked, pass, most } = paced();
    for (let i = 0; i < 600; i++) ask(`/${i}`);
    await pass(100);
    expect(asked.length).toBe(READS_BURST);
    await pass(10_000);
    expect(asked.length).toBeLessThanOrEqual(READS_BURST + 1 + READS_PER_SECOND * 10);
    expect(asked.length).toBeGreaterThanOrEqual(READS_BURST + READS_PER_SECOND * 9);
    expect(most()).toBe(MAX_CONCURRENT_READS);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('makes each once, at its time, the lowest rank first', async () => {
    const { ask, asked, pass, time } = paced();
    ask('/late', { inMs: 5000 });
    ask('/again', { rank: 2 });
    ask('/again', { inMs: 9000, rank: 2 });
    ask('/first');
    ask('/seen', { rank: 0 });
    await pass(0);
    await pass(100);
    expect(asked).toEqual(['/seen', '/first', '/again']);
    await pass(5000);
    expect(asked.at(-1)).toBe('/late');
    expect([asked.length, time.waits]).toEqual([4, []]);
  });

  it('makes none while it is held, and then those that are due', async () => {
    const { reads, ask, asked, pass, time } = paced();
    reads.hold();
    ask('/a');
    ask('/late', { inMs: 60_000 });
    await pass(5000);
    expect([asked, time.waits]).toEqual([[], []]);
    expect(reads.due).toBe(1);
    reads.release();
    await pass(100);
    expect(asked).toEqual(['/a']);
    await pass(60_000);
    expect(asked).toEqual(['/a', '/late']);
  });

  it('asks once a minute where it is refused, for one of those that have that right in common', async () => {
    let isAllowed = false;
    const { ask, asked, rights, pass, taken } = paced((path) =>
      path === '/other' || isAllowed ? undefined : answered(403, 'no'),
    );
    for (let i = 0; i < 10; i++) ask(`/${i}`);
    await pass(1000);
    const atFirst = asked.length;
    expect(atFirst).toBeLessThanOrEqual(MAX_CONCURRENT_READS);
    expect(new Set(rights.map(String))).toEqual(new Set(['r,no']));
    ask('/other', { right: 'another' });
    await pass(58_000);
    expect(asked.slice(atFirst)).toEqual(['/other']);
    await pass(60_000);
    expect(asked.length).toBe(atFirst + 2);
    isAllowed = true;
    await pass(70_000);
    expect(rights.at(-1)).toEqual(['r', null]);
    expect(taken.length).toBe(11);
  });

  it('doubts for half a minute that a right has gone with which it was answered before', async () => {
    let isAllowed = true;
    const { ask, taken, rights, pass } = paced(() => (isAllowed ? undefined : answered(403, 'no')));
    const refusals = () => rights.filter(([, why]) => why !== null);
    ask('/a');
    await pass(100);
    isAllowed = false;
    for (const path of ['/b', '/c', '/d']) ask(path);
    await pass(3000);
    isAllowed = true;
    await pass(10_000);
    expect([taken.length, refusals()]).toEqual([4, []]);
    isAllowed = false;
    ask('/e');
    await pass(25_000);
    expect(refusals()).toEqual([]);
    await pass(10_000);
    expect(refusals()).toEqual([['r', 'no']]);
  });

  it('asks no more for what was refused and is not wanted any longer', async () => {
    const { ask, asked, pass, time } = paced(() => answered(403, 'no'));
    ask('/a', { isWanted: false });
    await pass(200_000);
    expect([asked, time.waits]).toEqual([['/a'], []]);
  });

  it('leaves a server alone that asks for it, all of it, as long as it says', async () => {
    let isBusy = true;
    const { ask, asked, taken, pass } = paced(() => (isBusy ? BUSY : undefined));
    for (let i = 0; i < 8; i++) ask(`/${i}`);
    await pass(6900);
    expect(asked.length).toBe(MAX_CONCURRENT_READS);
    isBusy = false;
    await pass(2000);
    expect(taken.length).toBe(8);
  });

  it('backs off from a server that fails: 0.8 s, doubling, with one wait for all', async () => {
    const { ask, asked, pass } = paced(() => answered(500, 'etcd is slow'));
    for (let i = 0; i < 4; i++) ask(`/${i}`);
    const counts: number[] = [];
    for (const ms of [700, 1000, 1600, 3200]) {
      await pass(ms);
      counts.push(asked.length);
    }
    expect(counts).toEqual([4, 8, 12, 16]);
  });

  it('says what there is no more', async () => {
    const { ask, missing, pass, time } = paced(() => answered(404, 'not found'));
    ask('/gone');
    await pass(100);
    expect([missing, time.waits]).toEqual([['/gone'], []]);
  });

  it('leaves no timer and takes nothing after stop', async () => {
    const { ask, taken, pass, time, reads } = paced();
    for (let i = 0; i < 50; i++) ask(`/${i}`, { inMs: i * 100 });
    time.advance(0);
    reads.stop();
    ask('/after');
    expect(time.waits).toEqual([]);
    await pass(1000);
    expect(taken).toEqual([]);
  });
});
