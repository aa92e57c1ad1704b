// Loads a script, which gets the other arguments, and prints as JSON what it asked of its surroundings meanwhile: variables, terminal, time,
// chance, and files beside those.
const [script, ...given] = process.argv.splice(2, Number.POSITIVE_INFINITY);
process.argv.push(...given);
const seen = new Set();
let isLoading = false;
const note = (what) => {
  if (isLoading) seen.add(what);
};

const { env } = process;
process.env = new Proxy(env, {
  get(target, key) {
    note(`env ${String(key)}`);
    return target[key];
  },
  has(target, key) {
    note(`env ${String(key)}`);
    return key in target;
  },
  ownKeys(target) {
    note('env');
    return Reflect.ownKeys(target);
  },
});

function watch(object, name, what, isNoted = () => true) {
  const original = object[name];
  object[name] = function watched(...args) {
    if (isNoted(...args)) note(what);
    return new.target === undefined ? original.apply(this, args) : Reflect.construct(original, args);
  };
}

const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const tty = require('node:tty');
for (const name of ['randomBytes', 'randomUUID', 'randomFillSync', 'randomInt']) watch(crypto, name, `crypto ${name}`);
for (const name of Object.keys(fs).filter((key) => key.endsWith('Sync')))
  watch(fs, name, `fs ${name}`, (path) => !given.includes(path));
for (const name of ['hostname', 'homedir', 'tmpdir', 'userInfo', 'networkInterfaces', 'cpus']) watch(os, name, `os ${name}`);
watch(tty, 'isatty', 'tty');
watch(Math, 'random', 'Math.random');
watch(Date, 'now', 'Date.now');
watch(process, 'cwd', 'cwd');
watch(process, 'on', 'process.on');
for (const name of ['setTimeout', 'setInterval', 'setImmediate']) watch(globalThis, name, name);

// No snapshot is made here.
require('node:v8').startupSnapshot.setDeserializeMainFunction = () => {};

const source = fs.readFileSync(script, 'utf8');
isLoading = true;
require('node:vm').runInThisContext(`(function (require, module, exports) {${source}\n})`, { filename: script })(
  require,
  module,
  {},
);
isLoading = false;
console.log(JSON.stringify([...seen].sort()));
