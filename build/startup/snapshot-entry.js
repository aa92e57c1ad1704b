// What `crashtop` needs from its start until the screen stands is loaded here, while the snapshot is made.
import '../../src/commands/live.ts';
import '../../src/ui/run-app.ts';
import { readFileSync } from 'node:fs';
import { startupSnapshot } from 'node:v8';
// The build adds it: WebAssembly cannot be in a snapshot.
import { loadLayout } from 'yoga-layout';
import { run } from '../../src/run.ts';
import { LazySegmenter } from '../lazy-segmenter.js';
import { warmUp } from './warm-up.ts';

/** Neither can a segmenter of ICU: until the snapshot is made, characters stand in for graphemes. */
function withoutSegmenters(work) {
  const { segment } = LazySegmenter.prototype;
  LazySegmenter.prototype.segment = (text) => Array.from(text, (character) => ({ segment: character }));
  work();
  LazySegmenter.prototype.segment = segment;
}

const [, , kubeconfig, recording] = process.argv;
withoutSegmenters(() => warmUp(kubeconfig, readFileSync(recording, 'utf8').trim().split('\n')));

startupSnapshot.setDeserializeMainFunction(async () => {
  process.noDeprecation = true;
  const layout = loadLayout();
  // It is compiled in another thread; what every connection needs takes as long to load.
  process.getBuiltinModule('tls');
  process.getBuiltinModule('http');
  await layout;
  await run();
});
