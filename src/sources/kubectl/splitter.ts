import { JsonPieces } from './json-pieces.ts';
import type { PieceSplitter } from './piece.ts';

/** Chooses the splitter for a format. Loads the YAML library on demand. */
export async function splitterOf(format: 'json' | 'yaml'): Promise<() => PieceSplitter> {
  if (format === 'json') return () => new JsonPieces();
  const { YamlPieces } = await import('./yaml-pieces.ts');
  return () => new YamlPieces();
}
