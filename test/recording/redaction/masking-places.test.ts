import { describe, expect, it } from 'vitest';
import { Projector } from '../../../src/recording/projector.ts';
import { redactLine } from '../../../src/recording/redaction/standard.ts';
import { PLACES, TEXTS } from './secret-places.ts';

describe.each(Object.entries(PLACES))('%s', (_place, make) => {
  it.each(TEXTS)('shows no secret of %j, neither written nor read from a recording that masked nothing', (text, secret) => {
    const line = make(text);
    expect(JSON.stringify(line)).toContain(secret);
    expect(JSON.stringify(redactLine(line))).not.toContain(secret);
    expect(JSON.stringify(new Projector(0).project(line, 1))).not.toContain(secret);
  });
});
