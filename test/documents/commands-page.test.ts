import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Terminal } from '../../src/process/terminal.ts';
import { program } from '../../src/program.ts';
import { expectPage, pageOf } from './pages.ts';

const PAGE = 'docs/commands.md';
const COLUMNS = 110;
// A section that begins with a command's name, up to its block of help.
const SECTION = /^(## `(crashtop[ a-z]*)`\n(?:(?!^## )[\s\S])*?```text\n)(?:(?!^```)[\s\S])*(?=^```)/gm;

// No command runs: whatever reads more of the terminal than this fails.
const terminal = {} as Terminal;

function helpOf(command: Command): string {
  let help = '';
  command
    .configureHelp({ helpWidth: COLUMNS })
    .configureOutput({ writeOut: (text) => (help += text), getOutHasColors: () => false });
  command.outputHelp();
  return help;
}

function helpByName(): ReadonlyMap<string, string> {
  const root = program(terminal);
  const commands = root.commands.map((command) => [`crashtop ${command.name()}`, helpOf(command)] as const);
  return new Map([['crashtop', helpOf(root)], ...commands]);
}

describe('docs/commands.md', () => {
  const helps = helpByName();

  it('has a section for each command, and for no other', () => {
    const sections = Array.from(pageOf(PAGE).matchAll(SECTION), ([, , name]) => name);
    expect(sections.toSorted()).toEqual([...helps.keys()].toSorted());
  });

  it('prints the help that each command prints', () => {
    expectPage(PAGE, (page) =>
      page.replace(SECTION, (all, head: string, name: string) => (helps.has(name) ? head + helps.get(name) : all)),
    );
  });
});
