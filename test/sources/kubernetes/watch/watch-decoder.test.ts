import { describe, expect, it } from 'vitest';
import { watchDecoder } from '../../../../src/sources/kubernetes/watch/watch-decoder.ts';

describe('a watch in JSON', () => {
  it('has an event a line, and none where a line is empty', () => {
    const event = { type: 'ADDED', object: { metadata: { name: 'web' } } };
    const line = JSON.stringify(event);
    const decoder = watchDecoder(false);
    expect([...decoder.push(Buffer.from(`${line}\n\n\r\n${line}\r\n${line}`))]).toEqual([
      { ...event, size: line.length },
      { ...event, size: line.length },
    ]);
    expect(decoder.pendingBytes).toBe(line.length);
  });

  it('is unreadable at a line that is no object', () => {
    expect(() => [...watchDecoder(false).push(Buffer.from('7\n'))]).toThrow('not a JSON object');
  });
});
