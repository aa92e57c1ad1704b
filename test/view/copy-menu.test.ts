import { describe, expect, it } from 'vitest';
import { choiceOf, copiedText, copyMenuHeight, copyMenuLines, copyMenuOf } from '../../src/view/copy-menu.ts';
import { lineWidth, textOf } from '../../src/view/lines/fit-line.ts';
import { subject } from '../support/record-builder.ts';

const NEXT = ['kubectl -n shop logs api-1 -c api --previous', 'kubectl -n shop describe pod api-1'];
const CAUSE = { id: 'app-error', summary: 'exit 1', confidence: 'likely', evidence: ['exit 1'], next: NEXT } as const;
const { entry } = subject({ entry: { cause: CAUSE } });

describe('the menu of what can be copied', () => {
  it('has the name, the commands of the Why tab, the explanation and the line', () => {
    const menu = copyMenuOf(entry, 'Error: refused', 20);
    expect(copyMenuLines(menu, 60).map((line) => textOf(line).trimEnd())).toEqual([
      ' copy to the clipboard:  any other key cancels',
      '   n  name api-1',
      '   1  kubectl -n shop logs api-1 -c api --previous',
      '   2  kubectl -n shop describe pod api-1',
      '   e  the explanation, a page of text',
      '   l  line Error: refused',
    ]);
    for (const width of [60, 80, 200]) for (const line of copyMenuLines(menu, width)) expect(lineWidth(line)).toBe(width);
    expect(copyMenuLines(menu, 60)).toHaveLength(copyMenuHeight(menu));
    expect(choiceOf(menu, '2')?.copied).toEqual({ type: 'text', text: NEXT[1] });
    expect(choiceOf(menu, 'x')).toBeUndefined();
  });

  it('has no line where none is looked at, and no command where none is known', () => {
    expect(copyMenuOf({ ...entry, cause: null }, '', 20).choices.map(({ key }) => key)).toEqual(['n', 'e']);
  });
});

describe('a menu for which there is little room', () => {
  it('leaves out commands, the last ones first', () => {
    const keysOf = (line: string, most: number) => copyMenuOf(entry, line, most).choices.map(({ key }) => key);
    expect(keysOf('', 3)).toEqual(['n', '1', 'e']);
    expect(keysOf('Error', 3)).toEqual(['n', 'e', 'l']);
    expect(keysOf('', 0)).toEqual(['n', 'e']);
  });
});

describe('what is said of a copy', () => {
  it.each([
    ['api-1', true, '', 'copied: api-1'],
    ['one\ntwo\n', true, '', 'copied: 2 lines'],
    ['api-1', true, 'tmux must', 'copied (tmux must): api-1'],
    ['xx', false, '', 'copied (only the beginning: it is too long): xx'],
  ])('after %j tells how much was copied and where to', (text, isWhole, hint, expected) => {
    expect(copiedText(text, { isWhole, hint })).toBe(expected);
  });
});
