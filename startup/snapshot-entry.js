// What `crashtop` needs from its start until the screen stands is loaded here, while the snapshot is made.
import '../src/commands/live.ts';
import '../src/ui/run-app.ts';
import { startupSnapshot } from 'node:v8';
// The build adds it: WebAssembly cannot be in a snapshot.
import { loadLayout } from 'yoga-layout';
import { run } from '../src/commands/run.ts';

startupSnapshot.setDeserializeMainFunction(async () => {
  process.noDeprecation = true;
  const layout = loadLayout();
  // It is compiled in another thread; what every connection needs takes as long to load.
  process.getBuiltinModule('tls');
  process.getBuiltinModule('http');
  await layout;
  await run();
});
