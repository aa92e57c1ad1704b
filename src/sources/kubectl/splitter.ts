import { JsonPieces } from './json-pieces.ts';
import type { PieceSplitter } from './piece.ts';

/** What cuts output that is written so. The library for YAML is loaded where it is needed. */
export async function splitterOf(format: 'json' | 'yaml'): Promise<() => PieceSplitter> {
  if (format === 'json') return () => new JsonPieces();
  const { YamlPieces } = await import('./yaml-pieces.ts');
  return () => new YamlPieces();
}
