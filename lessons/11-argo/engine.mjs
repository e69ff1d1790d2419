/**
 * What a workflow engine is at heart: it looks at the workflow's Jobs and starts each one that waits as soon as all that
 * it comes after are complete. It ends when nothing runs and nothing more can be started.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const { WORKFLOW: workflow } = process.env;
const jobsOfShop = 'https://kubernetes.default.svc/apis/batch/v1/namespaces/shop/jobs';

// Who started it anew would lose its log, and nothing else; but one lost answer is no reason to.
async function ask(url, init) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await askOnce(url, init);
    } catch (error) {
      if (attempt === 5) throw error;
      await delay(1000);
    }
  }
}

async function askOnce(url, init = {}) {
  const token = await readFile('/var/run/secrets/kubernetes.io/serviceaccount/token', 'utf8');
  const headers = { authorization: `Bearer ${token}`, ...init.headers };
  const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status}`);
  return response.json();
}

const nameOf = ({ metadata }) => metadata.name;
const is = (condition) => (job) =>
  job.status.conditions?.some(({ type, status }) => type === condition && status === 'True') ?? false;
const predecessorsOf = ({ metadata }) =>
  metadata.annotations?.['lessons.example/after']?.split(',').map((name) => name.trim()) ?? [];

async function start(job) {
  await ask(`${jobsOfShop}/${nameOf(job)}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ spec: { suspend: false } }),
  });
  console.log(`${nameOf(job)}: started`);
}

for (;;) {
  const selector = encodeURIComponent(`lessons.example/workflow=${workflow}`);
  const { items: jobs } = await ask(`${jobsOfShop}?labelSelector=${selector}`);
  const complete = new Set(jobs.filter(is('Complete')).map(nameOf));
  const failed = jobs.filter(is('Failed'));
  const waiting = jobs.filter(({ spec }) => spec.suspend);
  const due = waiting.filter((job) => predecessorsOf(job).every((name) => complete.has(name)));
  for (const job of due) await start(job);

  const running = jobs.length - complete.size - failed.length - waiting.length;
  if (due.length === 0 && running === 0) {
    for (const name of complete) console.log(`${name}: complete`);
    for (const job of failed) console.log(`${nameOf(job)}: failed`);
    for (const job of waiting) console.log(`${nameOf(job)}: never started`);
    process.exit(complete.size === jobs.length ? 0 : 3);
  }
  await delay(500);
}
