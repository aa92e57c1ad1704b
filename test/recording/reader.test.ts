import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anyCuts,
  anyLines,
  endLine,
  HEADER_LINE,
  inPieces,
  podObject,
  rawLinesOf,
  readAll,
  readText,
  STARTED_AT,
  textOfRecording,
} from '../support/recordings.ts';

const MARKERS = [
  { t: 5, type: 'marker', name: 'one' },
  { t: 5, type: 'marker', name: 'two' },
  { t: 9, type: 'marker', name: 'three' },
];

function kindsOf(outcome: Awaited<ReturnType<typeof readAll>>): string[] {
  return outcome.notices.map((notice) => notice.kind);
}

describe('a whole recording', () => {
  it('gives back every line with its number, the header and the time of its end', async () => {
    const outcome = await readText(textOfRecording(MARKERS));
    expect(outcome).toMatchObject({ error: null, notices: [], endedAt: 9 });
    expect(outcome.header).toMatchObject({ startedAt: STARTED_AT, redaction: 'none', tool: 'test' });
    expect(outcome.header?.source).toEqual({
      kind: 'cluster',
      context: 'prod-eu',
      serverVersion: 'v1.35.4',
      namespaces: null,
      selector: null,
    });
    expect(outcome.lines.map(({ number, line }) => [number, line])).toEqual(MARKERS.map((line, i) => [i + 2, line]));
  });

  it('comes through any chunking, plain and in any gzip members', async () => {
    await fc.assert(
      fc.asyncProperty(anyLines, anyCuts, anyCuts, fc.boolean(), async (lines, members, chunks, zip) => {
        const plain = Buffer.from(textOfRecording(lines));
        const bytes = zip ? Buffer.concat(inPieces(plain, members).map((piece) => gzipSync(piece))) : plain;
        const outcome = await readAll(inPieces(bytes, chunks));
        expect(outcome).toMatchObject({ error: null, notices: [] });
        expect(outcome.lines.map(({ line }) => line)).toEqual(JSON.parse(JSON.stringify(lines)));
      }),
      { numRuns: 200 },
    );
  });

  it('is read one byte at a time', async () => {
    const bytes = gzipSync(textOfRecording([{ t: 1, type: 'marker', name: 'é 😀' }]));
    const outcome = await readAll([...bytes].map((byte) => Uint8Array.of(byte)));
    expect(outcome).toMatchObject({ error: null, notices: [], lines: [{ line: { name: 'é 😀' } }] });
  });

  it('may begin with a byte order mark and end its lines as Windows does, and still be what was recorded', async () => {
    const text = textOfRecording(MARKERS);
    for (const converted of [`\ufeff${text}`, text.replaceAll('\n', '\r\n'), `\ufeff${text.replaceAll('\n', '\r\n')}`]) {
      const outcome = await readText(converted);
      expect(outcome).toMatchObject({ error: null, notices: [] });
      expect(outcome.lines).toHaveLength(3);
    }
  });

  it('may have been written with carriage returns from the start', async () => {
    const body = `${HEADER_LINE}\r\n{"t":1,"type":"marker","name":"x"}\r\n`;
    expect(await readText(body + endLine(body))).toMatchObject({ error: null, notices: [] });
  });

  it('may hold a line of 20 MB', async () => {
    const items = Array.from({ length: 2000 }, (_, i) =>
      podObject(`p${i}`, `u${i}`, { status: { message: 'x'.repeat(10_000) } }),
    );
    const bytes = Buffer.from(textOfRecording([{ t: 0, type: 'snapshot', kind: 'Pod', items }]));
    expect(bytes.length).toBeGreaterThan(20e6);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 65536) }, (_, i) => bytes.subarray(i * 65536, (i + 1) * 65536));
    const outcome = await readAll(pieces);
    expect(outcome).toMatchObject({ error: null, notices: [] });
    expect(outcome.lines[0]?.line).toMatchObject({ items: { length: 2000 } });
  });

  it('may hold bytes that are no UTF-8', async () => {
    const text = Buffer.from(textOfRecording(MARKERS, { end: false }));
    const bytes = Buffer.concat([
      text,
      Buffer.from('{"t":10,"type":"marker","name":"'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('"}\n'),
    ]);
    const outcome = await readAll([bytes]);
    expect(outcome.error).toBeNull();
    expect(outcome.lines.at(-1)?.line).toEqual({ t: 10, type: 'marker', name: '\ufffd\ufffd' });
  });

  it('skips empty lines, unknown types and unknown fields', async () => {
    const body = `${textOfRecording(MARKERS, { end: false })}\n{"type":"from-the-future"}\n{"t":10,"type":"marker","name":"x","shade":1}\n`;
    const outcome = await readText(body + endLine(body));
    expect(outcome).toMatchObject({ error: null, notices: [] });
    expect(outcome.lines.map(({ number }) => number)).toEqual([2, 3, 4, 7]);
  });
});

describe('a recording that was cut', () => {
  it('anywhere, plain or gzip, gives a prefix of its lines and says that it was interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyLines,
        fc.double({ min: 0, max: 1, noNaN: true }),
        anyCuts,
        fc.boolean(),
        async (lines, at, members, zip) => {
          const plain = Buffer.from(textOfRecording(lines));
          const whole = zip ? Buffer.concat(inPieces(plain, members).map((piece) => gzipSync(piece))) : plain;
          const outcome = await readAll([whole.subarray(0, Math.floor(at * whole.length))]);
          const read = outcome.lines.map(({ line }) => line);
          expect(read).toEqual(JSON.parse(JSON.stringify(lines)).slice(0, read.length));
          if (outcome.header === null) expect(outcome.error).toMatch(/^x\.ndjson(:1:| is empty)/);
          else expect(outcome.error).toBeNull();
          if (outcome.header !== null && outcome.endedAt === null) expect(kindsOf(outcome)).toContain('interrupted');
          if (outcome.endedAt !== null) expect(read).toHaveLength(lines.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('inside its last line says that it was dropped, and where', async () => {
    const outcome = await readText(`${textOfRecording(MARKERS, { end: false })}{"t":10,"type":"mar`);
    expect(outcome.error).toBeNull();
    expect(outcome.lines).toHaveLength(3);
    expect(outcome.notices).toEqual([
      { kind: 'last-line-dropped', message: 'x.ndjson:5: the last line is cut off and was dropped' },
      { kind: 'interrupted', message: 'x.ndjson: the recording was interrupted: it has no end line' },
    ]);
  });

  it('between two lines is only interrupted', async () => {
    expect(kindsOf(await readText(textOfRecording(MARKERS, { end: false })))).toEqual(['interrupted']);
  });

  it('inside the header holds nothing', async () => {
    expect((await readText(HEADER_LINE.slice(0, 40))).error).toBe('x.ndjson:1: cut off inside its header: nothing to replay');
  });

  it('behind its end line, in the trailer of gzip, has lost nothing', async () => {
    const bytes = gzipSync(textOfRecording(MARKERS));
    expect(await readAll([bytes.subarray(0, -4)])).toMatchObject({ error: null, notices: [], lines: { length: 3 } });
  });
});

describe('what is no recording', () => {
  it.each([
    ['', 'x.ndjson is empty: nothing to replay'],
    ['\n\n', 'x.ndjson is empty: nothing to replay'],
    ['hello\nworld\n', 'x.ndjson:1: not a crashtop recording; crashtop record -o FILE makes one'],
    ['{"name":"crashtop"}\n', 'x.ndjson:1: not a crashtop recording; crashtop record -o FILE makes one'],
    ['[1]\n', 'x.ndjson:1: not a crashtop recording; crashtop record -o FILE makes one'],
    ['{"version":2,"width":80}\n[1,"o","x"]\n', 'x.ndjson:1: not a crashtop recording; crashtop record -o FILE makes one'],
  ])('%j is told in one line', async (text, message) => {
    expect(await readText(text)).toMatchObject({ error: message, header: null });
  });

  it('is told from the first megabyte, without reading on', async () => {
    let read = 0;
    async function* endless() {
      for (; read < 100; read++) yield Buffer.alloc(1 << 20, 0x61);
    }
    expect((await readAll(endless())).error).toMatch(/not a crashtop recording/);
    expect(read).toBeLessThan(4);
  });

  it.each([
    [{ version: 2 }, /x\.ndjson:1: written in format version 2, and this crashtop reads up to version 1: use a newer crashtop/],
    [{ version: 'one' }, /x\.ndjson:1: the header has no version/],
    [{ startedAt: 'yesterday' }, /x\.ndjson:1: startedAt in the header is not a time/],
  ])('a header with %j is told', async (change, message) => {
    const header = JSON.stringify({ ...JSON.parse(HEADER_LINE), ...change });
    expect((await readText(`${header}\n`)).error).toMatch(message);
  });
});

describe('a line that cannot be used', () => {
  const before = { t: 100, type: 'marker', name: 'before' };
  const after = { t: 200, type: 'marker', name: 'after' };
  const cases: [string, string, RegExp][] = [
    ['not JSON', '{"t":150,"type":', /x\.ndjson:3: not JSON/],
    ['no object', '12', /x\.ndjson:3: not a JSON object/],
    ['t is missing', '{"type":"marker","name":"x"}', /x\.ndjson:3: t is missing/],
    ['t is text', '{"t":"150","type":"marker","name":"x"}', /x\.ndjson:3: t is not a whole number/],
    ['t is broken', '{"t":150.5,"type":"marker","name":"x"}', /x\.ndjson:3: t is not a whole number/],
    ['t goes back', '{"t":99,"type":"marker","name":"x"}', /x\.ndjson:3: t goes back from 100 to 99/],
    [
      't after the year 9999',
      '{"t":8640000000000000,"type":"marker","name":"x"}',
      /x\.ndjson:3: t 8640000000000000 is after the year 9999/,
    ],
    ['no type', '{"t":150}', /x\.ndjson:3: a line without a type/],
    ['no kind', '{"t":150,"type":"ADDED","object":{}}', /x\.ndjson:3: ADDED without a kind/],
    [
      'no uid',
      '{"t":150,"type":"ADDED","kind":"Pod","object":{"metadata":{"name":"x"}}}',
      /x\.ndjson:3: an object without metadata\.uid/,
    ],
    [
      'no name',
      '{"t":150,"type":"ADDED","kind":"Pod","object":{"metadata":{"uid":"x"}}}',
      /x\.ndjson:3: an object without metadata\.name/,
    ],
    ['no object', '{"t":150,"type":"DELETED","kind":"Pod"}', /x\.ndjson:3: an object without metadata\.uid/],
    [
      'items are no array',
      '{"t":150,"type":"snapshot","kind":"Pod","items":{}}',
      /x\.ndjson:3: a snapshot whose items are not an array/,
    ],
    [
      'an item is null',
      '{"t":150,"type":"snapshot","kind":"Pod","items":[null]}',
      /x\.ndjson:3: an object without metadata\.uid/,
    ],
    [
      'a log of nothing',
      '{"t":150,"type":"log","namespace":"a","pod":"b","uid":"c","container":"d"}',
      /x\.ndjson:3: a log without a text/,
    ],
    ['a log of nobody', '{"t":150,"type":"log","text":"x"}', /x\.ndjson:3: a log without its namespace/],
    ['a gap from ahead', '{"t":150,"type":"gap","kind":"Pod","from":151}', /x\.ndjson:3: a gap without its start/],
    ['access to nothing', '{"t":150,"type":"access"}', /x\.ndjson:3: an access line without its list/],
    ['a second header', HEADER_LINE, /x\.ndjson:3: a second recording starts here/],
  ];

  it.each(cases)('%s: is an error with its line, and lenient skips and counts it', async (_what, bad, message) => {
    const text = `${textOfRecording([before], { end: false })}${bad}\n${JSON.stringify(after)}\n`;
    const strict = await readText(text);
    expect(strict.error).toMatch(message);
    expect(strict.error).not.toContain('\n');
    expect(strict.lines.map(({ line }) => line)).toEqual([before]);
    const lenient = await readText(text, { lenient: true });
    expect(lenient.error).toBeNull();
    expect(lenient.lines.map(({ line }) => line)).toEqual([before, after]);
    expect(lenient.notices[0]).toMatchObject({ kind: 'lines-skipped' });
    expect(lenient.notices[0]?.message).toMatch(/x\.ndjson: skipped 1 line that could not be read \(first line 3: /);
  });

  it("of a kind that is not known is nobody's concern", async () => {
    const text = textOfRecording([{ t: 1, type: 'ADDED', kind: 'Lease', object: null }]);
    expect(await readText(text)).toMatchObject({ error: null, lines: { length: 1 } });
  });

  it('is counted each time', async () => {
    const outcome = await readText(
      `${HEADER_LINE}\nx\ny\n{"t":1,"type":"marker","name":"n"}\nz\n{"t":2,"type":"marker","name":"n"}\n`,
      {
        lenient: true,
      },
    );
    expect(outcome.notices.map(({ message }) => message)).toContain(
      'x.ndjson: skipped 3 lines that could not be read (first line 2: not JSON)',
    );
  });
});

describe('a damaged recording', () => {
  const text = textOfRecording(MARKERS);

  it('with a changed byte is told after its lines were given; lenient only says so', async () => {
    const strict = await readText(text.replace('two', 'tow'));
    expect(strict.lines).toHaveLength(3);
    expect(strict.error).toBe(
      'x.ndjson:5: damaged or edited: its bytes differ from those that were recorded (SHA-256); use --lenient to replay it anyway',
    );
    const lenient = await readText(text.replace('two', 'tow'), { lenient: true });
    expect(lenient).toMatchObject({ error: null, lines: { length: 3 } });
    expect(kindsOf(lenient)).toEqual(['damaged']);
  });

  it('with a line missing is told', async () => {
    const lines = text.split('\n');
    lines.splice(2, 1);
    expect((await readText(lines.join('\n'))).error).toMatch(
      /x\.ndjson:4: damaged or edited: it has 3 lines before its end, but 4 were recorded/,
    );
  });

  it('that goes on after its end is told', async () => {
    expect((await readText(`${text}{"t":10,"type":"marker","name":"late"}\n`)).error).toMatch(
      /x\.ndjson:6: the recording continues after its end line/,
    );
  });

  const big = Buffer.from(
    textOfRecording(Array.from({ length: 4000 }, (_, t) => ({ t, type: 'marker', name: `marker ${(t * 7919) % 4001}` }))),
  );

  it('inside its gzip data is told, and lenient shows what comes before', async () => {
    const [first, second] = [gzipSync(big.subarray(0, big.length >> 1)), gzipSync(big.subarray(big.length >> 1))];
    const bytes = Buffer.concat([first, second.fill(0xff, 12)]);
    const cuts = [0.2, first.length / bytes.length, 0.9];
    const strict = await readAll(inPieces(bytes, cuts));
    expect(strict.error).toMatch(
      /^x\.ndjson: the compressed data is damaged after line \d+; use --lenient to read what comes before$/,
    );
    const lenient = await readAll(inPieces(bytes, cuts), { lenient: true });
    expect(lenient.error).toBeNull();
    expect(kindsOf(lenient)).toContain('damaged');
    expect(lenient.lines.length).toBeGreaterThan(100);
  });

  it('with rubbish behind its gzip data is told', async () => {
    const outcome = await readAll([Buffer.concat([gzipSync(text), Buffer.from('rubbish')])]);
    expect(outcome.error).toMatch(/the compressed data is damaged/);
  });
});

describe('the recorded streams', () => {
  it.each([
    ['zoo', 7930, 2429328],
    ['zoo-1.33', 9902, 1290576],
  ] as const)('%s: all %i lines are read, its end line fits, nothing is noticed', async (zoo, count, endedAt) => {
    const outcome = await rawLinesOf(zoo);
    expect(outcome).toMatchObject({ error: null, notices: [], endedAt, lines: { length: count } });
  });
});
