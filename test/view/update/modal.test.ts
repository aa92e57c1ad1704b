import { describe, expect, it } from 'vitest';
import { safeLine } from '../../../src/text/safe-text.ts';
import { paste, pressInModal } from '../../../src/view/update/modal.ts';
import { update } from '../../../src/view/update/page.ts';
import type { ScreenCommand } from '../../../src/view/update/screen-command.ts';
import { FIRST_SCREEN, type Modal, modalOf, type ScreenState, withModal } from '../../../src/view/update/screen-state.ts';
import { after, contextOf, ENTRIES, tableAt } from '../../support/screen-commands.ts';

const HOUR = 3_600_000;
const CONTEXT = { now: 5000, startsAt: 0, endsAt: 24 * HOUR };

/** What comes of a key in what takes it: all of its effects, and the screen. */
function pressed(screen: ScreenState, ...keys: string[]) {
  const effects = [];
  let now = screen;
  for (const key of keys) {
    const step = pressInModal(now, modalOf(now) as Modal, key, CONTEXT);
    now = step.screen;
    effects.push(...step.effects);
  }
  return { screen: now, modal: modalOf(now), effects };
}

describe('typing a filter', () => {
  const typed = (...keys: string[]) => pressed(after(['filter']), ...keys).screen;

  it('filters while it is typed, keeps it on Enter and drops it on Esc', () => {
    const screen = typed('p', 'a');
    expect(screen.table.filter).toBe('pa');
    const kept = pressed(screen, 'enter').screen;
    expect(kept).toMatchObject({ page: { modal: null }, table: { filter: 'pa' } });
    expect(pressed(screen, 'escape').screen).toMatchObject({ page: { modal: null }, table: { filter: '' } });
    expect(update(kept, 'back', contextOf(tableAt(kept))).table.filter).toBe('');
  });

  it('takes back one character, whatever it is made of, or all of it', () => {
    expect(typed('a', '🦀', 'backspace').table.filter).toBe('a');
    expect(typed('a', 'space', 'b', 'delete').table.filter).toBe('a ');
    expect(typed('a', 'b', 'c', 'ctrl+u').table.filter).toBe('');
  });

  it('goes on with the filter that is there', () => {
    const kept = pressed(typed('a'), 'enter').screen;
    expect(pressed(after(['filter'], 5, kept), 'b').screen.table.filter).toBe('ab');
  });

  it('takes a key that writes nothing for no character', () => {
    expect(typed('a', 'down', 'ctrl+f', 'tab').table.filter).toBe('a');
  });
});

describe('typing a time', () => {
  const goTo = after(['goTo' satisfies ScreenCommand]);

  it('goes to it, and closes', () => {
    expect(pressed(goTo, '9', '0', 's', 'enter')).toMatchObject({
      modal: null,
      effects: [{ type: 'playback', event: { type: 'seek', at: 90_000 } }],
    });
  });

  it('says what is wrong with it until it is mended', () => {
    const wrong = pressed(goTo, 'x', 'enter');
    expect(wrong.modal).toMatchObject({ type: 'goTo', text: 'x', error: expect.stringContaining('"x"') });
    expect(wrong.effects).toEqual([]);
    expect(pressed(wrong.screen, 'backspace').modal).toMatchObject({ text: '', error: '' });
  });

  it('goes nowhere without one, and on Esc', () => {
    expect(pressed(goTo, 'space', 'enter')).toMatchObject({ modal: null, effects: [] });
    expect(pressed(goTo, '9', 's', 'escape')).toMatchObject({ modal: null, effects: [] });
  });

  it('comes from the drill-down as well, but not from the help', () => {
    expect(modalOf(after(['open', 'goTo']))).toMatchObject({ type: 'goTo' });
    expect(modalOf(after(['help', 'goTo']))).toBeNull();
  });
});

describe('pasted text', () => {
  it('is typed where something is, on one line and safe', () => {
    const { filter } = paste(after(['filter']), ' a\u001b[2Jb \nrest').table;
    expect(filter).toBe(safeLine('a\u001b[2Jb '));
    expect(filter).not.toContain('\u001b');
    expect(modalOf(paste(after(['goTo']), '12m'))).toMatchObject({ text: '12m' });
  });

  it('does nothing elsewhere', () => {
    for (const commands of [[], ['open'], ['help'], ['sort']] as const) {
      const screen = after(commands);
      expect(paste(screen, 'q')).toBe(screen);
    }
  });
});

describe('a choice', () => {
  it('sorts by the letter after s, and by nothing else', () => {
    const choosing = after(['sort']);
    expect(modalOf(choosing)).toEqual({ type: 'sort' });
    expect(pressed(choosing, 'r').screen).toMatchObject({ page: { modal: null }, table: { sort: 'restarts' } });
    expect(pressed(choosing, 'q').screen).toMatchObject({ page: { modal: null }, table: { sort: 'impact' } });
  });

  it('copies what its key names, and nothing with another key', () => {
    const [entry] = ENTRIES;
    const copied = { type: 'text', text: 'api-1' } as const;
    const choices = [
      { key: 'n', what: 'name', copied },
      { key: 'e', what: 'the explanation', copied: { type: 'explanation' } as const },
    ];
    const menu = { entry: entry as (typeof ENTRIES)[number], choices };
    const choosing = withModal(FIRST_SCREEN, { type: 'copy', menu });
    expect(pressed(choosing, 'n')).toMatchObject({ modal: null, effects: [{ type: 'copy', text: 'api-1' }] });
    expect(pressed(choosing, 'e')).toMatchObject({ modal: null, effects: [{ type: 'copyExplanation', entry }] });
    expect(pressed(choosing, 'j')).toMatchObject({ modal: null, effects: [] });
  });

  it('acknowledges until the time of its letter, and nothing with another key', () => {
    const choosing = withModal(FIRST_SCREEN, { type: 'acknowledge', keys: ['a/api'], what: 'shop/a' });
    const until = (key: string) => pressed(choosing, key);
    expect(until('x')).toMatchObject({ modal: null, effects: [{ type: 'acknowledge', keys: ['a/api'], until: null }] });
    expect(until('1').effects).toEqual([{ type: 'acknowledge', keys: ['a/api'], until: 5000 + HOUR }]);
    expect(until('escape')).toMatchObject({ modal: null, effects: [] });
  });
});
