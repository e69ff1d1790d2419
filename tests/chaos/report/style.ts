/** Colours are told apart by lightness too, so that they need not be told apart by hue. */
export const style = `
:root {
  --paper: #fff; --ink: #1c2024; --faint: #5c6670; --line: #d8dde2; --band: #f2c14e55; --band-edge: #b8860b;
  --live: #8fc7a5; --fallback: #e9a23b; --failed: #c0392b; --p50: #5b8def; --p99: #1f3f8f;
  --good: #1e7d46; --bad: #c0392b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --ink: #e6e9ec; --faint: #9aa5b1; --line: #343b42; --band: #f2c14e2e; --band-edge: #d9a93a;
    --live: #3e7a57; --fallback: #d08a20; --failed: #ef5b4c; --p50: #5b8def; --p99: #b3c8ff;
    --good: #58c98a; --bad: #ff7a6b;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.15rem; margin: 0; }
p { margin: .4rem 0; } small, .faint { color: var(--faint); }
a { color: inherit; }
nav { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
thead th { color: var(--faint); font-weight: normal; font-size: .85rem; }
th:first-child { text-align: left; font-weight: 600; white-space: normal; min-width: 11rem; }
th small { display: block; font-weight: normal; }
tr.holds th:first-child::before { content: '✓ '; color: var(--good); }
tr.fails th:first-child::before { content: '✗ '; color: var(--bad); }
section { border-top: 2px solid var(--line); padding: 1.2rem 0; }
section.fails h2::after { content: ' does not hold'; color: var(--bad); font-weight: normal; }
.figures { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; margin: .5rem 0; font-variant-numeric: tabular-nums; }
.figures b { font-weight: 600; }
ul { list-style: none; padding: 0; margin: .6rem 0 0; } li { padding-left: 1.3rem; text-indent: -1.3rem; }
li.holds::before { content: '✓ '; color: var(--good); } li.fails::before { content: '✗ '; color: var(--bad); }
li span { color: var(--faint); }
.chart { position: relative; margin: .2rem 0; }
.chart > svg { display: block; width: 100%; height: 7rem; border-bottom: 1px solid var(--line); }
.chart.latency > svg { height: 5rem; }
.chart > .top, .chart > .bottom { position: absolute; left: .2rem; font-size: .75rem; color: var(--faint);
  background: var(--paper); padding: 0 .2rem; opacity: .85; }
.chart > .top { top: 0; } .chart > .bottom { bottom: .1rem; }
.band { fill: var(--band); } .edge { stroke: var(--band-edge); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.bar-live { fill: var(--live); } .bar-fallback { fill: var(--fallback); } .bar-failed { fill: var(--failed); }
.line-p50, .line-p99 { fill: none; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.line-p50 { stroke: var(--p50); } .line-p99 { stroke: var(--p99); }
.scale { display: flex; justify-content: space-between; font-size: .75rem; color: var(--faint); }
.lanes { margin-top: .5rem; font-size: .78rem; }
.lane > span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--faint); line-height: 1.25; }
.lane > svg { width: 100%; height: .4rem; display: block; margin-bottom: .15rem; }
.state-good { fill: var(--live); } .state-wait { fill: var(--p50); } .state-bad { fill: var(--failed); } .state-half { fill: var(--fallback); }
.notes { font-size: .85rem; color: var(--faint); }
.legend span { display: inline-block; padding-left: 1.1rem; margin-right: .8rem; position: relative; }
.legend span::before { content: ''; position: absolute; left: 0; top: .35em; width: .8rem; height: .8rem; }
.legend .live::before { background: var(--live); } .legend .fallback::before { background: var(--fallback); }
.legend .waits::before { background: var(--p50); } .legend .failed::before { background: var(--failed); } .legend .fault::before { background: var(--band); border: 1px solid var(--band-edge); }
.legend .p50::before, .legend .p99::before { height: 2px; top: .7em; }
.legend .p50::before { background: var(--p50); } .legend .p99::before { background: var(--p99); }
@media (max-width: 40rem) { body { padding: .6rem; } }
`;
