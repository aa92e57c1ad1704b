// Loaded by `node --import` before the program: notes each regular expression that runs, and where it ran first.
import { appendFileSync } from 'node:fs';

const file = process.env.CRASHTOP_TEST_PATTERNS;
const { exec } = RegExp.prototype;
const seen = new Map();

// What replace, match, split, search and test do goes through here as soon as it is not V8's own.
RegExp.prototype.exec = function (text) {
  const { source, flags } = this;
  const name = `/${source}/${flags}`;
  if (!seen.has(name)) seen.set(name, { source, flags, stack: new Error().stack.split('\n').slice(2, 6).join('\n') });
  return Reflect.apply(exec, this, [text]);
};

process.on('exit', () => {
  for (const one of seen.values()) appendFileSync(file, `${JSON.stringify(one)}\n`);
});
