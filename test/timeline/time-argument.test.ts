import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGoTo, parseTime } from '../../src/timeline/time-argument.ts';

const START = Date.parse('2026-11-22T14:57:48.102Z');
const END = Date.parse('2026-11-22T15:37:48.900Z');
const at = (text: string) => Date.parse(text);

describe('parseTime', () => {
  it.each([
    ['end', END],
    ['0', START],
    ['0s', START],
    ['90s', START + 90_000],
    ['12m30s', START + 750_000],
    ['1h2m', START + 3_720_000],
    ['+5m', START + 300_000],
    ['1500ms', START + 1500],
    ['1.5m', START + 90_000],
    ['2026-11-22T15:10:00Z', at('2026-11-22T15:10:00Z')],
    ['2026-11-22T15:10:00.250Z', at('2026-11-22T15:10:00.250Z')],
    ['2026-11-22T16:10:00+01:00', at('2026-11-22T15:10:00Z')],
    ['2026-11-22t15:10:00z', at('2026-11-22T15:10:00Z')],
    ['2026-11-22 15:10:00Z', at('2026-11-22T15:10:00Z')],
    [' 90s ', START + 90_000],
  ])('reads %j', (text, expected) => {
    expect(parseTime(text, START, END)).toBe(expected);
  });

  it('allows what lies after the end: the state stays and the clock reads it', () => {
    expect(parseTime('2h', START, END)).toBe(START + 7_200_000);
    expect(parseTime('2027-01-01T00:00:00Z', START, END)).toBe(at('2027-01-01T00:00:00Z'));
  });

  it.each([
    ['2026-11-22T14:57:48Z', /before the start, 2026-11-22T14:57:48.102Z/],
    ['99999999h', /after the year 9999/],
    ['2026-11-22T15:10:00', /no time zone: end it with Z/],
    ['2026-11-22T15:10', /no time zone/],
    ['2026-02-30T00:00:00Z', /not a date or time that exists/],
    ['2026-11-22T25:00:00Z', /not a date or time that exists/],
    ['', /is not a time/],
    ['90', /is not a time/],
    ['-5m', /is not a time/],
    ['+', /is not a time/],
    ['soon', /is not a time: use RFC 3339/],
    ['15:10:00', /is not a time/],
    ['\u001b[2Jend', /is not a time/],
  ])('says what is wrong with %j', (text, expected) => {
    const answer = parseTime(text, START, END);
    expect(answer).toMatch(expected);
    expect(answer).not.toMatch(/\p{Cc}/u);
  });

  it('never answers with a time before the start or with NaN', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9+:TZhms. -]{0,24}$/)), (text) => {
        for (const answer of [parseTime(text, START, END), parseGoTo(text, START, END)]) {
          if (typeof answer === 'number') expect(answer).toBeGreaterThanOrEqual(START);
          else expect(answer).not.toBe('');
        }
      }),
    );
  });

  it('reads back every instant that it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: START, max: END + 1e9 }), (instant) => {
        expect(parseTime(new Date(instant).toISOString(), START, END)).toBe(instant);
      }),
    );
  });
});

describe('parseGoTo', () => {
  it.each([
    ['15:10:05', at('2026-11-22T15:10:05Z')],
    ['15:10', at('2026-11-22T15:10:00Z')],
    ['14:57:48', START],
    ['14:57', START],
    ['90s', START + 90_000],
    ['end', END],
  ])('reads %j', (text, expected) => {
    expect(parseGoTo(text, START, END)).toBe(expected);
  });

  it('goes over midnight', () => {
    const late = at('2026-11-22T23:50:00Z');
    expect(parseGoTo('0:05', late, late + 3_600_000)).toBe(at('2026-11-23T00:05:00Z'));
  });

  it.each([
    ['14:00', /not between 14:57:48 and 15:37:48 UTC/],
    ['16:00:00', /not between/],
    ['24:00', /not a time of day/],
    ['15:10:61', /not a time of day/],
    ['lunch', /or a time of day/],
  ])('says what is wrong with %j', (text, expected) => {
    expect(parseGoTo(text, START, END)).toMatch(expected);
  });
});
