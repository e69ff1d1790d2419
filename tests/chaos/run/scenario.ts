/** A seeded sequence of faults under one load: a mixed hour, replayed in minutes. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Random, seededRandom } from '@shop/testing/load';
import { UsageError } from '../../../scripts/support/command-line.ts';
import { requireSteady } from '../cluster/state.ts';
import type { Fault, Stage } from '../fault.ts';
import { phases } from '../judge/evidence.ts';
import { ofProduct, restartsOnly, type Expectation } from '../judge/expectations.ts';

const seconds = z.number().min(0).max(600);
const schema = z.strictObject({
  title: z.string().min(1),
  events: z.int().min(1).max(100),
  calm: z.strictObject({ from: seconds, to: seconds }),
  /** Names of faults, and how often each comes in comparison with the others. */
  faults: z.record(z.string(), z.number().positive()),
  /** Share of product's requests that must be answered, 0 to 1. */
  availability: z.number().min(0).max(1),
});
export type Scenario = z.output<typeof schema>;

/** @throws {UsageError} that says what is wrong with the file. */
export async function readScenario(file: string, known: readonly string[]): Promise<Scenario> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--scenario: ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const parsed = schema.safeParse(parse(text));
  if (!parsed.success) throw new UsageError(`${file}: ${z.prettifyError(parsed.error)}`);
  const unknown = Object.keys(parsed.data.faults).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new UsageError(
      `${file}: there is no fault ${unknown.join(', ')}. npm run chaos -- --list shows those there are.`,
    );
  return parsed.data;
}

/** What happens: names of faults, and the calm before each, in milliseconds. The same for the same seed. */
export function script({ events, calm, faults }: Scenario, seed: number): { name: string; calmMs: number }[] {
  const random = seededRandom(seed);
  return Array.from({ length: events }, () => ({
    name: drawn(random, faults),
    calmMs: Math.round((calm.from + random() * (calm.to - calm.from)) * 1000),
  }));
}

function drawn(random: Random, weights: Readonly<Record<string, number>>): string {
  const entries = Object.entries(weights);
  let lot = random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  const found = entries.find(([, weight]) => (lot -= weight) < 0) ?? entries.at(-1);
  if (!found) throw new Error('the scenario names no faults');
  return found[0];
}

/** The whole scenario as one fault, with one load and one verdict. */
export function scenarioFault(scenario: Scenario, seed: number, catalogue: readonly Fault[]): Fault {
  const events = script(scenario, seed).map(({ name, calmMs }) => {
    const fault = catalogue.find((one) => one.name === name);
    if (!fault) throw new Error(`there is no fault ${name}`);
    return { fault, calmMs };
  });
  return {
    name: `scenario-${seed}`,
    title: `${scenario.title}: ${events.map(({ fault }) => fault.name).join(', ')}`,
    clientSees: 'what each of these faults shows, one after the other',
    needs: [...new Set(events.flatMap(({ fault }) => fault.needs ?? []))],
    async inject(stage) {
      for (const { fault, calmMs } of events) {
        await stage.wait(calmMs);
        stage.note(fault.name);
        await fault.inject(asPart(stage));
        await stage.restore();
        await stage.until(
          'the shop is steady',
          async () => {
            await requireSteady(stage.cluster, 'under-load');
            return true;
          },
          180_000,
        );
      }
    },
    expectations: [answers(scenario.availability), restartsOnly(/\/(app|ambassador|log-sidecar)$/)],
  };
}

/** Within a scenario a fault's own beginning and end belong to it alone. */
const asPart = (stage: Stage): Stage => ({ ...stage, begin: () => undefined, end: () => undefined });

const answers = (share: number): Expectation => ({
  text: `${share * 100} % of the requests to product are answered`,
  judge(evidence) {
    const { availability, failed, requests } = phases(evidence, ofProduct).during;
    return { holds: availability >= share, found: `${failed} of ${requests} failed` };
  },
});
