/** The report as one page that needs nothing else: no script, no style sheet, no font of another place. */
import { escaped } from './markup.ts';
import { noticed, type LessonResult, type RunReport, type StepResult } from './result.ts';

/** The page lies in reports/, beside lessons/. */
const repository = '..';

export function htmlReport(proof: RunReport | undefined, sabotage: RunReport | undefined): string {
  const lessons = proof?.lessons ?? [];
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
${proof ? summary(proof) : '<p>No run without sabotage has been recorded yet.</p>'}
${lessons.length > 0 ? table(lessons) : ''}
${lessons.map(section).join('\n')}
${sabotage ? sabotageTable(sabotage) : ''}
</main>
</body>
</html>
`;
}

function summary({ lessons, startedAt, seconds, commit, cluster }: RunReport): string {
  const count = (verdict: LessonResult['verdict']) =>
    lessons.filter((lesson) => lesson.verdict === verdict).length;
  return `<p>${count('PASS')} passed, ${count('FAIL')} failed, ${count('NOT PROVEN')} not provable here;
${seconds.toFixed(0)} s, ${escaped(startedAt)}, commit <code>${escaped(commit.slice(0, 12))}</code>,
cluster <code>${escaped(cluster)}</code>.</p>`;
}

const badge = (verdict: string): string =>
  `<span class="badge ${verdict.toLowerCase().replace(' ', '-')}">${verdict}</span>`;

function table(lessons: readonly LessonResult[]): string {
  const rows = lessons.map(
    ({ number, id, title, proves, verdict, seconds, file }) => `<tr>
<td class="number">${number}</td><td><a href="#${id}">${escaped(title)}</a><br><small>${escaped(proves)}</small></td>
<td><a href="${repository}/${file}">${file}</a></td><td>${badge(verdict)}</td><td class="number">${seconds.toFixed(1)}</td></tr>`,
  );
  return `<table><thead><tr><th></th><th>concept, and what is observed</th><th>lesson</th><th>verdict</th><th>s</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
}

function section({ id, number, title, file, verdict, problems, steps, surroundings }: LessonResult): string {
  return `<details id="${id}"${verdict === 'FAIL' ? ' open' : ''}>
<summary>${number} · ${escaped(title)} ${badge(verdict)}</summary>
<p><a href="${repository}/${file}">${file}</a></p>
${problems.map((problem) => `<p class="problem">${escaped(problem)}</p>`).join('\n')}
${steps.map((step) => stepBlock(step, file)).join('\n')}
${surroundings === undefined ? '' : `<h3>The cluster at the failure</h3><pre>${escaped(surroundings)}</pre>`}
</details>`;
}

function stepBlock(step: StepResult, file: string): string {
  const { line, kind, script, expected, came, problem, seconds, attempts } = step;
  const mark = problem === undefined ? '<b class="pass">✓</b>' : '<b class="fail">✗</b>';
  const waited = attempts > 1 ? `, asked ${attempts} times` : '';
  return `<div class="step"><p>${mark} <a href="${repository}/${file}#L${line}">line ${line}</a>
${kind === 'run' ? '' : ` · ${kind}`} <small>${seconds.toFixed(1)} s${waited}</small></p>
<pre class="command">${escaped(script)}</pre>
${came === '' ? '' : `<pre>${escaped(came)}</pre>`}
${problem === undefined ? '' : `<p class="problem">${escaped(problem)}</p>`}
${problem === undefined || expected === undefined ? '' : `<p>expected</p><pre>${escaped(expected)}</pre>`}</div>`;
}

function sabotageTable({ lessons, startedAt }: RunReport): string {
  const rows = lessons.map((result) => {
    const verdict = noticed(result) ? badge('FAIL') : badge('NOT NOTICED');
    return `<tr><td>${result.id}</td><td><code>${escaped(result.sabotage)}</code></td>
<td>${verdict}</td><td><small>${escaped(result.problems.join(' · '))}</small></td></tr>`;
  });
  return `<h2>Sabotage</h2>
<p>One command for each lesson that makes its claim untrue, and what the lesson then says (${escaped(startedAt)}).</p>
<table><thead><tr><th>lesson</th><th>sabotage</th><th>verdict</th><th>what the lesson says</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
}

const style = `
:root { color-scheme: light dark; --line: #8884; --pass: #1a7f37; --fail: #cf222e; --other: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --pass: #3fb950; --fail: #f85149; --other: #d29922; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 70rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.badge { font-weight: 600; white-space: nowrap; }
.badge.pass, .pass { color: var(--pass); } .badge.fail, .fail, .problem { color: var(--fail); }
.badge.not-proven, .badge.not-noticed { color: var(--other); }
details { border-bottom: 1px solid var(--line); padding: .4rem 0; }
summary { cursor: pointer; font-weight: 600; }
pre { overflow-x: auto; padding: .5rem .7rem; background: #8881; border-radius: 4px; margin: .3rem 0; }
pre.command { border-left: 3px solid #8888; font-weight: 600; }
.step p { margin: .8rem 0 .2rem; }
`;
