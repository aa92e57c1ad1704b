/**
 * Cuts a stretch of some pods out of a recording, redacted, as a recording of its own: for
 * demo-data and fixtures.
 *
 * node scripts/cut-recording.ts IN OUT --from 440s --to 18m20s --pods '^shop/(gateway|cart)'
 *
 * It begins with the newest state of each object at --from, and keeps everything of the matching
 * pods: their events, logs, owners by namespace and name, all nodes, and the markers whose names
 * match --markers.
 */
import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseGoDuration } from '../src/model/ledger.ts';
import { OWNER_KINDS } from '../src/model/resources.ts';
import type { RecordingLine } from '../src/recording/line.ts';
import { RecordingReader } from '../src/recording/reader.ts';
import { RecordingWriter } from '../src/recording/writer.ts';
import { arrayOf, type Json, objectOf, stringOf } from '../src/text/json.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    from: { type: 'string', default: '0s' },
    to: { type: 'string' },
    pods: { type: 'string', default: '.' },
    markers: { type: 'string', default: '.' },
  },
});
const [input, output] = positionals;
const from = values.from === '0s' ? 0 : parseGoDuration(values.from);
const to = values.to === undefined ? Number.POSITIVE_INFINITY : parseGoDuration(values.to);
if (input === undefined || output === undefined || from === null || to === null) {
  console.error('usage: node scripts/cut-recording.ts IN OUT --from 440s --to 18m20s --pods REGEXP');
  process.exit(2);
}
const wanted = new RegExp(values.pods);
const wantedMarkers = new RegExp(values.markers);

function nameOf(kind: string, object: Json): string {
  const about = kind === 'Event' ? objectOf(object.involvedObject) : objectOf(object.metadata);
  return `${stringOf(about.namespace)}/${stringOf(about.name)}`;
}

function isKept(kind: string, object: Json): boolean {
  if (kind === 'Node') return true;
  if (kind === 'Event' && objectOf(object.involvedObject).kind === 'Node') return true;
  return wanted.test(nameOf(kind, object));
}

const uidOf = (object: Json) => stringOf(objectOf(object.metadata).uid);

const reader = await RecordingReader.open(createReadStream(input), { file: input });
const { startedAt, source, tool } = reader.header;
const writer = await RecordingWriter.open({ startedAt: startedAt + from, source, tool }, { file: output, overwrite: true });
const known = new Map<string, Map<string, Json>>();
const logs = new Map<string, RecordingLine>();
let begun = false;
let last = 0;

async function begin(): Promise<void> {
  begun = true;
  for (const kind of ['Pod', 'Event', 'Node', ...OWNER_KINDS]) {
    const items = [...(known.get(kind)?.values() ?? [])];
    if (known.has(kind) || kind === 'Pod') await writer.write({ t: 0, type: 'snapshot', kind, items });
  }
  for (const line of logs.values()) await writer.write({ ...line, t: 0 });
}

function remember(line: RecordingLine): void {
  if (line.type === 'snapshot') {
    known.set(
      line.kind,
      new Map(
        arrayOf(line.items)
          .map(objectOf)
          .filter((o) => isKept(line.kind, o))
          .map((o) => [uidOf(o), o]),
      ),
    );
  } else if (line.type === 'log') {
    if (wanted.test(`${line.namespace}/${line.pod}`)) logs.set(`${line.uid}/${line.container}`, line);
  } else if ('object' in line) {
    const object = objectOf(line.object);
    const objects = known.get(line.kind) ?? new Map<string, Json>();
    known.set(line.kind, objects);
    if (line.type === 'DELETED' || !isKept(line.kind, object)) objects.delete(uidOf(object));
    else objects.set(uidOf(object), object);
  }
}

function cut(line: RecordingLine): RecordingLine | null {
  const t = line.t - (from as number);
  if (line.type === 'snapshot')
    return {
      ...line,
      t,
      items: arrayOf(line.items)
        .map(objectOf)
        .filter((o) => isKept(line.kind, o)),
    };
  if (line.type === 'log') return wanted.test(`${line.namespace}/${line.pod}`) ? { ...line, t } : null;
  if (line.type === 'gap') return { ...line, t, from: Math.max(0, line.from - (from as number)) };
  if ('object' in line) return isKept(line.kind, objectOf(line.object)) ? { ...line, t } : null;
  if (line.type === 'marker' && !wantedMarkers.test(line.name)) return null;
  return { ...line, t };
}

for await (const batch of reader.batches()) {
  for (const { line } of batch) {
    if (line.t < from) remember(line);
    if (line.t < from || line.t > to) continue;
    if (!begun) await begin();
    const kept = cut(line);
    last = line.t - from;
    if (kept !== null) await writer.write(kept);
  }
}
await writer.end(Math.min(to - from, last));
