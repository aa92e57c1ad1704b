import { analyse } from 'scslre';
import { describe, expect, it } from 'vitest';
import { piecesOf } from './alphabet.ts';
import { ambiguityOf } from './ambiguity.ts';
import { Backtracking } from './backtracking.ts';
import { programOf } from './pattern-program.ts';
import { patternsOfProject } from './project-patterns.ts';
import { MOST_READS, proofOf, readsOf, repeated, worstText } from './proof.ts';

const project = await patternsOfProject();

describe('the regular expressions of src', () => {
  it('are found: literals, and those that are put together while a module is loaded', () => {
    expect(project.patterns.length).toBeGreaterThan(250);
    expect(project.patterns.some(({ place }) => place.startsWith('src/text/safe-text.ts:'))).toBe(true);
    expect(
      project.patterns.some(({ place, source }) => place === 'src/model/evidence/log-level.ts' && source.includes('TRACE')),
    ).toBe(true);
  });

  it('are not built at run time, where no proof would see them, but for the words that somebody types into a search', () => {
    expect(project.builtAtRunTime).toEqual(['src/view/detail/search.ts']);
  });

  it('each cost time linear in the text, whatever it is', () => {
    const found = project.patterns.map((pattern) => ({ ...pattern, proof: proofOf(pattern) }));
    const unproven = found.flatMap(({ place, source, flags, proof }) =>
      proof.is === 'not proven' ? [`${place} /${source}/${flags}: ${proof.why}`] : [],
    );
    expect(unproven).toEqual([]);
  });

  it('each look at a character of a line a bounded number of times, on what is made of their own words and classes', () => {
    const costly = project.patterns.flatMap((pattern) => {
      const { text, readsPerCharacter } = worstText(pattern, proofOf(pattern));
      const told = `${pattern.place} /${pattern.source}/${pattern.flags}: ${readsPerCharacter} on ${text.slice(0, 60)}`;
      return readsPerCharacter > MOST_READS ? [told] : [];
    });
    expect(costly).toEqual([]);
  });

  it('are not reported by scslre, a checker with other methods', () => {
    const reported = project.patterns.filter(({ source, flags }) => analyse(new RegExp(source, flags)).reports.length > 0);
    expect(reported.map(({ place, source }) => `${place} ${source}`)).toEqual([]);
  });

  it('match in the counting machine what they match in V8', () => {
    const different: string[] = [];
    for (const { source, flags, place } of project.patterns) {
      // No text here is as long as that.
      const program = programOf(source, flags, 1000);
      for (const piece of piecesOf(program)) {
        const text = `a ${piece}${piece} b`;
        const { match } = new Backtracking(program, text).search();
        const found = new RegExp(source, flags.replaceAll(/[gd]/g, '')).exec(text);
        const [from, to] = found === null ? [-1, -1] : [found.index, found.index + found[0].length];
        if ((match?.from ?? -1) !== from || (match?.to ?? -1) !== to) different.push(`${place} /${source}/${flags} ${text}`);
      }
    }
    expect(different).toEqual([]);
  });
});

describe('the proof', () => {
  // What log-level.ts had until it stopped a screen for seconds (edc3f03).
  const OLD_LEAD = String.raw`^(?:(?:UTC|GMT|---|[\w.-]{1,40}:|\d[\w:.,#+-]{0,40}:?|\[[^\]]{0,60}\])\s*){0,6}\[?(?<level>ERROR|WARN)\b`;
  const WORSE: readonly (readonly [source: string, flags: string, cost: string])[] = [
    [String.raw`\s*\n\s*`, 'g', 'polynomial'],
    [String.raw`\n+$`, '', 'polynomial'],
    ['<[^>]*>', 'g', 'polynomial'],
    [', message: "(.*)"$', 's', 'polynomial'],
    ['(?=.*x)a', '', 'polynomial'],
    ['a(?:.*b)?', 'g', 'polynomial'],
    ['^(?:b*c|b)*$', '', 'exponential'],
    ['^(?:a+)+$', '', 'exponential'],
    ['^(?:a|a)*$', '', 'exponential'],
    ['^(?:a*)*b', '', 'exponential'],
    [String.raw`^(\w+\s?)*$`, '', 'exponential'],
    [OLD_LEAD.replaceAll(/\{\d,\d+\}/g, '*'), '', 'exponential'],
  ];
  it.each(WORSE)('finds what is worse than linear in /%s/%s', (source, flags, cost) => {
    const found = ambiguityOf(programOf(source, flags));
    expect(found?.cost).toBe(cost);
    const program = programOf(source, flags);
    const reads = (count: number) =>
      new Backtracking(program, `${found?.prefix}${found?.pump.repeat(count)}\u0001\n\u0001`, 1e7).readsOfAll();
    // Twice the text, three times the reads or more: the text that it names is one on which that shows.
    const [once, twice] = cost === 'exponential' ? [reads(4), reads(8)] : [reads(100), reads(200)];
    expect(twice / once).toBeGreaterThan(3);
  });

  it('finds that the pieces before a level, taken as one pattern, look at a character more often than may be', () => {
    const lead = { source: OLD_LEAD, flags: '' };
    const proof = proofOf(lead);
    expect(proof.is).toBe('bounded');
    expect(worstText(lead, proof).readsPerCharacter).toBeGreaterThan(MOST_READS);
    expect(readsOf(programOf(OLD_LEAD, ''), repeated('', '1', 60)) / 60).toBeGreaterThan(MOST_READS);
  });

  it.each([
    [String.raw`\S+`, ''],
    [String.raw`(?<!\n)\n+$`, ''],
    ['<[^<>]*>', 'g'],
    ['error: (.*?)(?:, message: |$)', 's'],
    [String.raw`\b\w+\b: x`, ''],
    ['[A-Za-z0-9]+(?:[.-]+[A-Za-z0-9]+)*', 'g'],
    ['^(?:b|[ac]d)*$', ''],
  ])('does not report /%s/%s, which is linear', (source, flags) => {
    expect(ambiguityOf(programOf(source, flags))).toBeNull();
  });
});
