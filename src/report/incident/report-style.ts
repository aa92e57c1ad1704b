/**
 * The style of the HTML report: dark and light, from 320 pixels up, and on paper. Must not contain
 * a URL.
 */
export const REPORT_STYLE = `
:root {
  color-scheme: dark light;
  --back: #ffffff; --text: #1f2328; --dim: #59636e; --line: #d1d9e0; --soft: #f6f8fa;
  --bad: #c2252e; --good: #1a7f37; --info: #0f6e86; --unseen: #8a3ba8; --mark: #fff3c4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #16181d; --text: #dfe2e8; --dim: #9aa3ae; --line: #363b44; --soft: #1f2229;
    --bad: #ff7b72; --good: #6bc46d; --info: #56c8d8; --unseen: #d88cf0; --mark: #4b3f12;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 68rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { font-size: 1.25rem; margin: 0 0 0.25rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 0.25rem; }
p { margin: 0.25rem 0; }
a { color: var(--info); }
.dim { color: var(--dim); }
.problem { border-top: 2px solid var(--line); margin-top: 2rem; padding-top: 1rem; }
.why { font-weight: 600; color: var(--bad); }
dl > div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: 0.1rem 0; }
dt { color: var(--dim); flex: 0 0 7rem; }
dd { margin: 0; flex: 1 1 16rem; min-width: 0; }
ul { margin: 0.25rem 0; padding-left: 1.25rem; }
.markers { list-style: none; padding: 0; }
.markers time { color: var(--info); font-variant-numeric: tabular-nums; margin-right: 0.5rem; }
.scrolling { overflow-x: auto; margin: 0.5rem 0; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; min-width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 500; white-space: nowrap; }
td { overflow-wrap: normal; }
td:last-child { overflow-wrap: anywhere; min-width: 5rem; }
td:nth-child(2):not(:last-child) { overflow-wrap: anywhere; min-width: 6rem; }
.overview :is(th, td):first-child { overflow-wrap: anywhere; }
pre {
  background: var(--soft); border: 1px solid var(--line); border-radius: 4px; padding: 0.5rem 0.75rem; margin: 0.25rem 0;
  font: 0.8125rem/1.45 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere;
}
mark { background: var(--mark); color: inherit; font-weight: 600; }
summary { cursor: pointer; padding: 0.25rem 0; }
figure { margin: 0.75rem 0; }
figcaption { color: var(--dim); font-size: 0.875rem; }
svg { display: block; width: 100%; background: var(--soft); }
svg.crashes, svg.waits { height: 80px; }
svg.lane { height: 22px; }
.lanes > div { display: grid; grid-template-columns: minmax(0, 16rem) minmax(0, 1fr); gap: 0 0.75rem; align-items: center; }
.lanes .name { font-size: 0.875rem; }
.axis { display: flex; justify-content: space-between; color: var(--dim); font-size: 0.8125rem; }
.legend span { white-space: nowrap; }
.legend i { display: inline-block; width: 0.9rem; margin-left: 0.75rem; vertical-align: middle; }
.legend i.crash { width: 0.25rem; height: 1rem; } .legend i.running { height: 0.5rem; }
.legend i.waiting { height: 2px; } .legend i.unseen { height: 0.25rem; }
.crash { fill: var(--bad); background: var(--bad); }
.running { fill: var(--good); background: var(--good); }
.waiting { fill: var(--dim); background: var(--dim); }
.unseen, .gap { fill: var(--unseen); background: var(--unseen); }
.gap { fill-opacity: 0.35; }
.marker { fill: var(--info); }
.wait { fill: var(--dim); }
.published { fill: var(--bad); }
footer { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 0.5rem; font-size: 0.875rem; }
@media (max-width: 40rem) {
  .lanes > div { grid-template-columns: minmax(0, 1fr); margin-bottom: 0.5rem; }
  .overview :is(th, td):is(:nth-child(3), :nth-child(4)) { display: none; }
}
@media print {
  :root {
    --back: #ffffff; --text: #000000; --dim: #444444; --line: #bbbbbb; --soft: #ffffff;
    --bad: #a11; --good: #162; --info: #046; --unseen: #728; --mark: #eeeeee;
  }
  body { max-width: none; padding: 0; font-size: 10pt; }
  svg, i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .problem { break-before: page; }
  h2, h3, summary { break-after: avoid; }
  tr, figure, .lanes > div { break-inside: avoid; }
  .scrolling { overflow: visible; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
