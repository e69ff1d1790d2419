/** `npm run chaos`: has the shop on kind suffer one fault after the other under load, and judges what clients saw. */
import { catalogue, shortSelection } from '../catalogue.ts';
import { openCluster } from '../cluster/cluster.ts';
import type { Fault } from '../fault.ts';
import type { Result } from '../judge/result.ts';
import { loadDefaults } from '../load/load.ts';
import { writeFailureModes } from '../report/failure-modes.ts';
import { htmlFile, merge, readReport, writeRecords, writeReport } from '../report/files.ts';
import { Progress } from '../report/progress.ts';
import { table } from '../report/table.ts';
import { wayIn } from './access.ts';
import { isNoticed, variants } from '../variants.ts';
import { conditionsOf } from './conditions.ts';
import { readOptions, usage, UsageError, type Options } from './options.ts';
import { play } from './play.ts';
import { Preparations } from './preparations.ts';
import { readScenario, scenarioFault } from './scenario.ts';

const names = catalogue.map(({ name }) => name);

async function chosen({ faults, short, broken, scenario, seed }: Options): Promise<readonly Fault[]> {
  if (scenario !== undefined) return [scenarioFault(await readScenario(scenario, names), seed, catalogue)];
  if (broken) return variants;
  if (faults.length > 0) return catalogue.filter(({ name }) => faults.includes(name));
  return short ? catalogue.filter(({ name }) => shortSelection.includes(name)) : catalogue;
}

/** @returns whether all is as it should be. */
async function chaos(options: Options): Promise<boolean> {
  const interrupted = new AbortController();
  const interrupt = () => {
    if (interrupted.signal.aborted) process.exit(130);
    process.stderr.write('\nGiving up: everything is put back first. Once more ends it at once, as it is.\n');
    interrupted.abort(new Error('given up'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);

  const faults = await chosen(options);
  const access = await wayIn(options.url);
  await using cluster = await openCluster();
  using progress = new Progress();
  const preparations = new Preparations(cluster, interrupted.signal, (text) => progress.say(`  ${text}`));
  const results: Result[] = [];
  const errors: string[] = [];
  try {
    for (const fault of faults) {
      progress.begin(`${fault.name}: ${fault.title}`);
      try {
        await preparations.for(fault);
        const { result, records } = await play(fault, {
          cluster,
          load: {
            ...loadDefaults,
            url: access.url,
            authority: access.authority,
            perSecond: options.perSecond,
            clients: options.clients,
            seed: options.seed,
          },
          token: access.token,
          short: options.short,
          signal: interrupted.signal,
          onPhase: (phase, load) => progress.phase(phase, load),
        });
        results.push(result);
        await writeRecords(fault.name, records);
        progress.say(`  ${result.verdict === 'holds' ? '✓ holds' : '✗ does not hold'}`);
      } catch (error) {
        if (interrupted.signal.aborted) throw error;
        errors.push(`${fault.name} could not be run: ${(error as Error).message}`);
        progress.say(`  ✗ ${errors.at(-1)}`);
      }
    }
  } finally {
    process.stdout.write(`\n${table(results)}\n`);
    for (const error of errors) process.stdout.write(`${error}\n`);
    if (results.length > 0 && !options.broken) await report(options, access.url, results);
    await preparations.undo();
  }
  if (options.broken) return errors.length === 0 && allRed(results);
  process.stdout.write(`\nThe report: ${htmlFile}\n`);
  return (
    errors.length === 0 &&
    results.length === faults.length &&
    results.every(({ verdict }) => verdict === 'holds')
  );
}

/** Of a run of some faults only, the results of the others stay in the report. */
async function report(options: Options, url: string, results: readonly Result[]): Promise<void> {
  const isPart = options.faults.length > 0 || options.scenario !== undefined;
  const before = isPart ? await readReport() : undefined;
  await writeReport(merge(before, { conditions: await conditionsOf(options, url), results }, names));
}

/** A broken variant whose test stays green shows that the test shows nothing. */
function allRed(results: readonly Result[]): boolean {
  const unnoticed = results.filter((result) => !isNoticed(result));
  const text =
    unnoticed.length === 0
      ? `\nEach of the ${results.length} broken variants has turned its test red, as it should.\n`
      : `\nThese broken variants were not noticed: ${unnoticed.map(({ name }) => name).join(', ')}.\n`;
  process.stdout.write(text);
  return unnoticed.length === 0 && results.length > 0;
}

async function document(): Promise<void> {
  const report = await readReport();
  if (!report) throw new Error('There is no reports/chaos.json yet: npm run chaos makes it.');
  await writeFailureModes(catalogue, report);
}

function list(): string {
  const width = Math.max(...names.map((name) => name.length));
  return catalogue
    .map(({ name, title, knownAs }) => `${name.padEnd(width)}  ${title}${knownAs ? ` (${knownAs})` : ''}\n`)
    .join('');
}

try {
  const options = readOptions(process.argv.slice(2), names);
  if (options === 'help') process.stdout.write(usage);
  else if (options.list) process.stdout.write(list());
  else if (options.docs) await document();
  else {
    for (let time = 1; time <= options.times; time += 1) {
      if (options.times > 1) process.stderr.write(`\nRun ${time} of ${options.times}\n`);
      if (!(await chaos(options))) process.exitCode = 1;
    }
  }
} catch (error) {
  process.stderr.write(`\n${(error as Error).message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
