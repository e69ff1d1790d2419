/** The report as one page that needs nothing else: no script, style sheet or font of another place. */
import { folderName } from './lesson.ts';
import { escapeHtml } from '@shop/testing/report';
import { fileOf, nameOf, type LessonResult, type RunReport, type StepResult } from './result.ts';

/** The page lies in reports/, beside lessons/. */
const repository = '..';

export function htmlReport(proof: RunReport | undefined, sabotage: RunReport | undefined): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lessons</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Lessons</h1>
${proof ? `${summary(proof)}\n${proofTable(proof)}` : '<p>No run without sabotage has been recorded yet.</p>'}
${(proof?.lessons ?? []).map(section).join('\n')}
${sabotage ? sabotageSection(sabotage) : ''}
</main>
<script>${script}</script>
</body>
</html>
`;
}

function summary(report: RunReport): string {
  const { lessons } = report;
  const count = (verdict: LessonResult['verdict']) =>
    lessons.filter((lesson) => lesson.verdict === verdict).length;
  const unproven = lessons.filter(({ verdict }) => verdict === 'not proven');
  return `<p>${count('passed')} passed, ${count('failed')} failed, ${unproven.length} not proven here; ${origin(report)}</p>
${unproven.map(({ id, title, problems }) => `<p><a href="#${id}">${escapeHtml(title)}</a> ${badge('not proven')} ${escapeHtml(problems.join('; '))}</p>`).join('\n')}
${missing(report)}`;
}

/** When and on what it was found out. */
const origin = ({ seconds, startedAt, commit, cluster }: RunReport): string =>
  `${seconds.toFixed(0)} s, ${escapeHtml(startedAt.slice(0, 16).replace('T', ' '))} UTC, commit <code>${escapeHtml(commit.slice(0, 12))}</code>, cluster <code>${escapeHtml(cluster)}</code>.`;

const missing = ({ notRun }: RunReport): string =>
  notRun.length === 0
    ? ''
    : `<p class="other">Not run, so nothing is said about ${notRun.length === 1 ? 'it' : 'them'}: ${escapeHtml(notRun.join(', '))}.</p>`;

const badge = (verdict: string): string =>
  `<span class="badge ${verdict.replace(' ', '-')}">${verdict}</span>`;

const table = (heads: readonly string[], rows: readonly string[]): string =>
  `<div class="wide"><table><thead><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;

function proofTable({ lessons }: RunReport): string {
  const rows = lessons.map(
    ({ number, id, title, proves, verdict, seconds, file }) => `<tr>
<td class="number">${number}</td><td>${badge(verdict)}</td><td class="number">${seconds.toFixed(1)} s</td>
<td><a href="#${id}">${escapeHtml(title)}</a><br><small>${escapeHtml(proves)}</small></td>
<td><a href="${repository}/${file}">${folderName(file)}</a></td></tr>`,
  );
  return table(['', 'verdict', 'time', 'concept, and what is observed', 'lesson'], rows);
}

function section(result: LessonResult): string {
  const { id, number, title, file, verdict, problems, steps, surroundings, picture } = result;
  const tone = verdict === 'failed' ? 'problem' : 'other';
  return `<details id="${id}"${verdict === 'failed' ? ' open' : ''}>
<summary>${number} · ${escapeHtml(title)} ${badge(verdict)}</summary>
<p><a href="${repository}/${file}">${file}</a></p>
${picture === undefined ? '' : `<div class="wide">${picture}</div>`}
${problems.map((problem) => `<p class="${tone}">${escapeHtml(problem)}</p>`).join('\n')}
${steps.map((step) => stepBlock(step, file)).join('\n')}
${surroundings === undefined ? '' : `<h3>The cluster at the failure</h3><pre>${escapeHtml(surroundings)}</pre>`}
</details>`;
}

function stepBlock(step: StepResult, file: string): string {
  const { line, kind, script, expected, came, problem, seconds, attempts, exitCode } = step;
  const mark = problem === undefined ? '<b class="pass">✓</b>' : '<b class="fail">✗</b>';
  const waited = attempts > 1 ? `, tried ${attempts} times` : '';
  const head = `<p>${mark} <a href="${repository}/${fileOf(file, step)}#L${line}">line ${line}</a>
${kind === 'run' ? '' : ` · ${kind}`} <small>${seconds.toFixed(1)} s${waited}</small></p>
<div class="commands"><pre class="command">${escapeHtml(script)}</pre></div>`;
  const printed = came === '' ? '' : `<pre>${escapeHtml(came)}</pre>`;
  if (problem === undefined) return `<div class="step">${head}\n${printed}</div>`;
  return `<div class="step">${head}
<p class="problem">${escapeHtml(problem)}</p>
${expected === undefined ? '' : `<p>expected</p><pre>${escapeHtml(expected)}</pre>`}
<p>came${exitCode === undefined ? '' : ` (exit code ${exitCode})`}</p>${printed || '<pre>(nothing)</pre>'}</div>`;
}

function sabotageSection(report: RunReport): string {
  const rows = report.lessons.map((result) => {
    const { file, sabotage = '', problems, claim, noticed = 'not noticed' } = result;
    const says = claim === undefined ? '' : `<br><small>${escapeHtml(claim.says)}</small>`;
    return `<tr><td><a href="${repository}/${file}">${nameOf(result)}</a>${says}</td><td>${badge(noticed)}</td>
<td><pre>${escapeHtml(sabotage)}</pre></td><td><small>${escapeHtml(problems.join(' · '))}</small></td></tr>`;
  });
  const noticed = report.lessons.filter(({ noticed }) => noticed === 'noticed').length;
  return `<h2>Sabotage</h2>
<p>One command for each claim that makes it untrue; a lesson that goes on as if nothing had happened proves nothing.
${noticed} of ${report.lessons.length} were noticed; ${origin(report)}</p>
${missing(report)}
${table(['lesson and claim', 'verdict', 'sabotage', 'what the lesson then says'], rows)}`;
}

/** A button beside each block of commands; without the script the blocks are only text, to be copied by hand. */
const script = `
for (const pre of document.querySelectorAll('pre.command')) {
  const button = document.createElement('button');
  button.textContent = 'copy';
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(pre.textContent);
      button.textContent = 'copied';
    } catch {
      getSelection().selectAllChildren(pre);
      button.textContent = 'selected';
    }
    setTimeout(() => { button.textContent = 'copy'; }, 2000);
  });
  pre.after(button);
}
function unfold() {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
addEventListener('hashchange', unfold);
unfold();
`;

const style = `
:root { color-scheme: light dark; --line: #8884; --pass: #1a7f37; --fail: #cf222e; --other: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --pass: #3fb950; --fail: #f85149; --other: #d29922; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 70rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; overflow-wrap: normal; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
td a { white-space: nowrap; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.badge { font-weight: 600; white-space: nowrap; }
.badge.passed, .badge.noticed, .pass { color: var(--pass); }
.badge.failed, .badge.not-noticed, .badge.left-behind, .fail, .problem { color: var(--fail); }
.badge.not-proven, .other { color: var(--other); }
details { border-bottom: 1px solid var(--line); padding: .4rem 0; }
summary { cursor: pointer; font-weight: 600; }
pre { overflow-x: auto; padding: .5rem .7rem; background: #8881; border-radius: 4px; margin: .3rem 0; overflow-wrap: normal; }
td pre { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 12rem; }
pre.command { border-left: 3px solid #8888; font-weight: 600; flex: 1; min-width: 0; }
.commands { display: flex; gap: .4rem; align-items: start; }
.commands button { font: inherit; font-size: 12px; margin: .3rem 0; user-select: none; cursor: pointer; }
.problem { white-space: pre-wrap; }
.step p { margin: .8rem 0 .2rem; }
@media (max-width: 45rem) {
  thead { display: none; }
  table, tbody, tr { display: block; }
  tr { border-bottom: 1px solid var(--line); padding: .4rem 0; }
  td { display: block; border: 0; padding: .1rem 0; }
  td.number, td.number + td { display: inline-block; margin-right: .6rem; }
}
`;
