import { describe, expect, it } from 'vitest';
import { type Crash, compareCrashes } from '../../src/model/crash-comparison.ts';
import { run } from '../support/record-builder.ts';

const START = Date.parse('2026-11-22T15:00:00Z');
const crash = (fields: Partial<Crash> = {}): Crash => ({
  run: run(3, START),
  image: 'app:1',
  node: 'node-a',
  words: 'boom',
  ...fields,
});
const saysTheSame = (a: string, b: string) => a.replace(/\d+/g, '#') === b.replace(/\d+/g, '#');
const compare = (before: Crash, last: Crash) => compareCrashes(before, last, saysTheSame);

describe('the last two crashes', () => {
  it('are the same where nothing that is known differs', () => {
    const { differences, same } = compare(crash({ words: 'port 8080 taken' }), crash({ words: 'port 8081 taken' }));
    expect(differences).toEqual([]);
    expect(same).toEqual(['exit', 'words', 'ran', 'image', 'node']);
  });

  it('differ in what they are seen to differ in', () => {
    const end = { exitCode: 137, reason: 'OOMKilled', finishedAt: START + 38_000 };
    const last = crash({ run: run(4, START, end), image: 'app:2', node: 'node-b', words: 'out of memory' });
    expect(compare(crash(), last)).toMatchObject({
      same: [],
      differences: [
        { aspect: 'exit', from: 'exit 1 Error', to: 'exit 137 OOMKilled' },
        { aspect: 'words', from: 'boom', to: 'out of memory' },
        { aspect: 'ran', from: '4s', to: '38s' },
        { aspect: 'image', from: 'app:1', to: 'app:2' },
        { aspect: 'node', from: 'node-a', to: 'node-b' },
      ],
    });
  });

  it('allows the lengths of runs two seconds or a quarter', () => {
    const of = (ms: number) => crash({ run: run(0, START, { finishedAt: START + ms }) });
    expect(compare(of(1000), of(3000)).same).toContain('ran');
    expect(compare(of(100_000), of(125_000)).same).toContain('ran');
    expect(compare(of(100_000), of(126_000)).differences).toEqual([{ aspect: 'ran', from: '100s', to: '2m6s' }]);
  });

  it('says nothing of what is not known of both', () => {
    const unknown = crash({
      run: run(0, START, { startedAt: null, exitCode: null, reason: '' }),
      image: '',
      node: '',
      words: '',
    });
    expect(compare(unknown, crash())).toMatchObject({ differences: [], same: [] });
    expect(compare(crash(), unknown)).toMatchObject({ differences: [], same: [] });
  });
});
