/**
 * Regular expressions of libraries that run in crashtop and are not proven to be linear, and why each may stay. One that is proven, or
 * does not run any more, fails the test.
 */
export const ARGUED: readonly { readonly name: string; readonly why: string }[] = [
  {
    name: String.raw`/^\p{RGI_Emoji}$/v`,
    why: 'string-width: it holds strings of characters, which the proof does not read. It is tried on one grapheme at a time, at its start.',
  },
  {
    name: String.raw`/\[object (.*)\]/i`,
    why: 'object-hash, by ip-address and its kind: it reads what Object.prototype.toString says of our own objects.',
  },
  {
    name: String.raw`/^function\s+\w*\s*\(\s*\)\s*{\s+\[native code\]\s+}$/i`,
    why: 'object-hash: it reads the source text of our own functions.',
  },
  {
    name: String.raw`/[\s]*[^\s]+/`,
    why: 'commander: it wraps the words of --help, which are our own.',
  },
];
