/**
 * What a stranger may write into a name, a message or a log to break out of a format, or to make more of it than text. A writer
 * that lets one of them through is to be tried with all of them.
 */
export const HOSTILE_TEXTS: readonly string[] = [
  // XML and HTML.
  ']]>',
  ']]>]]></failure></testcase><testcase classname="forged" name="passed"/><testcase><failure><![CDATA[',
  '-->',
  '</script><script>window.pwned = 1</script>',
  '</pre></title></style><svg onload="window.pwned=1">',
  '"><img src=x onerror="window.pwned = 1">',
  "' onmouseover='window.pwned=1",
  '&#0; &#x1b; &lt;b&gt; &amp;amp; &nbsp;',
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
  '<?php echo 1 ?>',
  // Characters that a format, a terminal or a reader's eye does not take.
  'a\u0000b\u0001\b\u000b\f\u000e\u001f\u007f',
  '\u001b]8;;http://evil.example\u0007link\u001b]8;;\u0007\u001b[2J\u009b31m',
  'bad \ufffe \uffff \ufdd0 \u{1fffe}',
  'lone \ud800 and \udc00\ud800',
  'lines \r over \r\n each \u2028 other \u2029 \u0085 end',
  'one\n\ntwo\n\n\nthree',
  '\u202eexe.gpj \u2066 \u200b\u200d\ufeff \u{e0041}',
  // Markdown and what forges make of it.
  '`code` ``` ```` ~~~',
  'before\n```\n# a heading\n```\nafter',
  '~~~\n- an item\n~~~',
  'a | b | c \\| d \\\\| e',
  '|---|---|',
  '[click](javascript:window.pwned=1) ![x](http://evil.example/x.png) [a]: http://evil.example',
  '<javascript:window.pwned=1> <http://evil.example> <b>bold</b> <!-- gone -->',
  'https://evil.example/a?b=c www.evil.example a@evil.example mailto:a@evil.example ftp://evil.example',
  '# heading\n- item\n1. one\n> quote\n---\n* * *\n+ [ ] task\n    code',
  'setext\n===\nsetext\n---',
  '**bold** __bold__ *it* _it_ ~~gone~~ ==mark== [^1] [[wiki]] {+ more +} {- less -}',
  '@everyone @all @octocat @org/team',
  'fixes #1, closes org/repo#3, resolves GH-1, Closes: https://github.com/org/repo/issues/4',
  'see !1 %1 ~label $1 &1 ^alert#1 *iteration:1 [issue:1] org/repo!2 org/repo@0123456789abcdef0123456789abcdef01234567',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709 0123abc',
  '$x$ $$x$$ $`x`$ \\(x\\) \\[x\\]\n$$\nx\n$$',
  ':smile: :+1: :no_entry:',
  '[TOC] [[_TOC_]] ::include{file=x.md} /close\n/label ~bug\n/assign @octocat',
  '\\',
  'ends in a backslash \\',
  // OpenMetrics, YAML, JSON, NDJSON.
  '"\n# EOF\ncrashtop_up 0\n',
  'x"} 1\ncrashtop_up{y="',
  '# HELP crashtop_up forged',
  '\\n \\" \\\\',
  '"\nacknowledged: []\n- server: *x\n  <<: &x !!js/function',
  ': { } [ ] , & * # ? | - < > = ! % @',
  '"},{"schemaVersion":9,"x":"',
  '__proto__',
  // Shells.
  '-n',
  '--kubeconfig=/tmp/evil',
  'a\'b"c`id`$(id)$HOME;rm -rf ~ & | > < # !! \\',
  // Very long.
  `long ${'<&|`@'.repeat(800)}`,
];

/** As long, with words and lines where the text has them, and nothing else in it: what a writer makes of it is the measure. */
export function harmless(text: string): string {
  // A capital: it is no name, so that there are no commands for it either.
  return text.replaceAll(/[^ \r\n]/g, 'X');
}
