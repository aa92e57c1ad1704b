import type { CauseId } from '../../model/cause.ts';
import { LIST } from '../../model/causes/index.ts';
import { wrap } from '../../view/lines/wrap.ts';

/** The page about the status itself, which is not a cause. */
export const CRASH_LOOP = 'crash-loop-back-off';

/** True for the ID of a cause. */
export function isCause(name: string): name is CauseId {
  return LIST.some(({ id }) => id === name);
}

/** All causes, one per line, in the order in which crashtop checks them. */
export function causeList(): string {
  const width = Math.max(...LIST.map(({ id }) => id.length), CRASH_LOOP.length);
  const lines = LIST.map(({ id, title }) => `${id.padEnd(width)}  ${title}`);
  return [
    ...lines,
    '',
    `${CRASH_LOOP.padEnd(width)}  not a cause: how a crash loop works (cycle, delays, policies)`,
    '',
    'Checked in this order; the first match is the cause. crashtop explain NAME shows its page.',
    '',
  ].join('\n');
}

/** All causes, for programs. */
export function causeListJson(): string {
  return `${JSON.stringify({ schemaVersion: 1, causes: LIST.map(({ id, title, needs }) => ({ id, title, needs })) }, null, 2)}\n`;
}

/** The manual page of a cause. */
export function causePage(id: CauseId, width: number): string {
  const { title, needs, manual } = ruleOf(id);
  const [what, how, todo] = manual;
  const section = (heading: string, text: string) => [heading, ...wrap(text, width - 4).map((row) => `    ${row}`), ''];
  return [
    ...section('CAUSE', `${id}: ${title}`),
    ...section('WHAT IT IS', what),
    ...section('HOW CRASHTOP KNOWS', how),
    ...section('WHAT TO DO', todo),
    ...section('DECIDED FROM', needs.join(', ')),
  ]
    .join('\n')
    .replace(/(?<!\n)\n+$/, '\n');
}

/** The same page for programs. */
export function causePageJson(id: CauseId): string {
  const { title, needs, manual } = ruleOf(id);
  const [what, how, todo] = manual;
  return `${JSON.stringify({ schemaVersion: 1, id, title, needs, what, how, todo }, null, 2)}\n`;
}

function ruleOf(id: CauseId) {
  const rule = LIST.find((r) => r.id === id);
  if (rule === undefined) throw new RangeError(`no cause ${id}`);
  return rule;
}
