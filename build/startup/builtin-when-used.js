import { startupSnapshot } from 'node:v8';

/**
 * A module of Node's that is loaded when something of it is first used. Most of them cannot be part of a startup snapshot; what libraries
 * do with them while they are loaded can: taking a function out of them, or reading a constant.
 * @param {string} name without `node:`
 * @param {readonly string[]} functions names of what is a function in it
 * @param {Record<string, unknown>} constants what else is read while the snapshot is made
 */
export function builtinWhenUsed(name, functions, constants) {
  let loaded = null;
  const real = () => {
    if (startupSnapshot.isBuildingSnapshot()) throw new Error(`node:${name} is used while the startup snapshot is made`);
    loaded ??= process.getBuiltinModule(name);
    return loaded;
  };
  const module = {};
  const define = (key, whileBuilding) => {
    const get = () => (loaded === null && startupSnapshot.isBuildingSnapshot() ? whileBuilding : real()[key]);
    Object.defineProperty(module, key, { enumerable: true, get });
  };
  for (const key of functions) define(key, functionOf(real, key));
  for (const key of Object.keys(constants)) define(key, constants[key]);
  return module;
}

/** Stands in for a function or class that is taken out of a module before the module is there. */
function functionOf(real, key) {
  function standIn(...given) {
    const actual = real()[key];
    return new.target === undefined ? actual.apply(this, given) : Reflect.construct(actual, given);
  }
  Object.defineProperty(standIn, Symbol.hasInstance, { value: (value) => value instanceof real()[key] });
  return standIn;
}
