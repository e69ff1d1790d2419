/** `npm run chaos`: runs one fault after the other on kind, under load, and judges what clients saw. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { markOf, table } from '@shop/testing/report';
import type { ShopAddress } from '@shop/testing/load';
import { readWriteToken } from '../../../scripts/cluster/kubectl.ts';
import { baseUrl, paths } from '../../../scripts/kind/names.ts';
import { exitCodeOf } from '../../../scripts/support/command-line.ts';
import { faultNames, loadFaults, shortSelection } from '../catalogue.ts';
import { onCluster, openCluster } from '../cluster/cluster.ts';
import type { Fault } from '../fault.ts';
import type { Result } from '../judge/result.ts';
import { loadDefaults } from '../load/load.ts';
import { Pace } from '../load/pace.ts';
import { conditionsOf, htmlFile, merge, readReport, writeRecords, writeReport } from '../report/report.ts';
import { Progress, summary } from '../report/terminal.ts';
import type { Keep } from '../undo/left.ts';
import { readOptions, usage, type Options } from './options.ts';
import { play, Preparations } from './play.ts';

async function chosen({ faults, short, broken, scenario, seed }: Options): Promise<readonly Fault[]> {
  if (scenario !== undefined) {
    const { readScenario, scenarioFault } = await import('./scenario.ts');
    return [scenarioFault(await readScenario(scenario, faultNames), seed, await loadFaults())];
  }
  if (broken) return (await import('../variants.ts')).variants;
  if (faults.length > 0) return await loadFaults(faults);
  return await loadFaults(short ? shortSelection : faultNames);
}

/** How clients reach the shop on kind, and what they present to write. @throws when there is no shop. */
async function shopAddress(url = baseUrl): Promise<ShopAddress & { readonly token: string }> {
  const token = process.env['SHOP_TOKEN'] ?? (await readWriteToken(onCluster));
  const file = paths.authorityCertificate;
  const authority = existsSync(file) ? await readFile(file, 'utf8') : undefined;
  return { url: url.replace(/\/+$/, ''), authority, token };
}

/** @returns whether every fault passed. */
async function chaos(options: Options): Promise<boolean> {
  const interrupted = new AbortController();
  const interrupt = () => {
    if (interrupted.signal.aborted) process.exit(130);
    process.stderr.write('\nGiving up: everything is put back first. Once more ends it at once, as it is.\n');
    interrupted.abort(new Error('given up'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);

  const faults = await chosen(options);
  await undoLeft();
  const access = await shopAddress(options.url);
  await using cluster = await openCluster();
  using progress = new Progress();
  const say = (text: string) => progress.say(`  ${text}`);
  const preparations = new Preparations(cluster, interrupted.signal, say, keepFor('preparation'));
  const pace = new Pace(options.perSecond, options.keepsRate);
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
            clients: options.clients,
            seed: options.seed,
          },
          pace,
          token: access.token,
          short: options.short,
          keep: keepFor(fault.name),
          signal: interrupted.signal,
          onPhase: (phase, load) => progress.phase(phase, load),
          onNote: (text) => progress.note(text),
        });
        results.push(result);
        await writeRecords(fault.name, records);
        progress.say(`  ${markOf(result.verdict)} ${result.verdict}`);
      } catch (error) {
        if (interrupted.signal.aborted) throw error;
        errors.push(`${fault.name} could not be run: ${(error as Error).message}`);
        progress.say(`  ✗ ${errors.at(-1)}`);
      }
    }
  } finally {
    process.stdout.write(`\n${summary(results)}\n`);
    for (const error of errors) process.stdout.write(`${error}\n`);
    if (results.length > 0 && !options.broken) await report({ ...options, pace }, access.url, results);
    await preparations.undo();
  }
  if (options.broken) return errors.length === 0 && (await allRed(results));
  process.stdout.write(`\nThe report: ${htmlFile}\n`);
  return (
    errors.length === 0 &&
    results.length === faults.length &&
    results.every(({ verdict }) => verdict === 'passed')
  );
}

/** Writes down how a fault is undone. Most have nothing to write down: the journal is opened when one has. */
function keepFor(fault: string): Keep {
  let keep: Promise<Keep> | undefined;
  return async (what, repair) => {
    keep ??= import('../undo/left.ts').then(async ({ openJournal }) => (await openJournal())(fault));
    return (await keep)(what, repair);
  };
}

/** A run, or a board, that was killed could not undo what it had broken: the faults would be judged with that. */
async function undoLeft(): Promise<void> {
  // The folder stays when all is undone.
  if (!existsSync(paths.broken) || readdirSync(paths.broken).length === 0) return;
  const { leftOnKind } = await import('../undo/left.ts');
  using all = await leftOnKind();
  for (const { fault, what, undo } of all.left) {
    process.stderr.write(`${fault} was left by a program that was killed: undoing ${what}\n`);
    await undo();
  }
}

/** Of a run of some faults only, the results of the others stay in the report. */
async function report(
  options: Options & { pace: Pace },
  url: string,
  results: readonly Result[],
): Promise<void> {
  const isPart = options.faults.length > 0 || options.scenario !== undefined;
  const before = isPart ? await readReport() : undefined;
  await writeReport(merge(before, { conditions: await conditionsOf(options, url), results }, faultNames));
}

/** If the test of a broken variant stays green, that test shows nothing. */
async function allRed(results: readonly Result[]): Promise<boolean> {
  const { isNoticed } = await import('../variants.ts');
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
  const { writeFailureModes } = await import('../report/failure-modes.ts');
  await writeFailureModes(await loadFaults(), report);
}

async function list(): Promise<string> {
  const faults = await loadFaults();
  return `${table(faults.map(({ name, title, knownAs }) => [name, knownAs ? `${title} (${knownAs})` : title]))}\n`;
}

try {
  const options = readOptions(process.argv.slice(2), faultNames);
  if (options === 'help') process.stdout.write(usage);
  else if (options.list) process.stdout.write(await list());
  else if (options.docs) await document();
  else {
    for (let time = 1; time <= options.times; time += 1) {
      if (options.times > 1) process.stderr.write(`\nRun ${time} of ${options.times}\n`);
      if (!(await chaos(options))) process.exitCode = 1;
    }
  }
} catch (error) {
  process.stderr.write(`\n${(error as Error).message}\n`);
  process.exitCode = exitCodeOf(error);
}
