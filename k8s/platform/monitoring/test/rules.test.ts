/**
 * promtool checks the rules as Prometheus loads them and runs their tests. Then each rule is broken: its tests must
 * fail.
 */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { CommandError, run } from '../../../../scripts/support/run.ts';
import { findProgram, requiresProgram } from '@shop/testing/programs';

const prometheus = fileURLToPath(new URL('../prometheus/', import.meta.url));
const monitoringPage = fileURLToPath(new URL('../../../../docs/monitoring.md', import.meta.url));

interface Alert {
  alert: string;
  expr: string;
  for?: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
}
interface RuleFile {
  readonly groups: readonly { readonly rules: readonly Alert[] }[];
}

const readAlerts = async (folder: string): Promise<RuleFile> =>
  parse(await readFile(join(folder, 'rules/alerts.yaml'), 'utf8')) as RuleFile;
const { groups } = await readAlerts(prometheus);
const alerts = groups.flatMap(({ rules }) => rules);
/** Several rules may share a name, for several windows. */
const titleOf = ({ alert, labels }: Alert): string =>
  labels['window'] === undefined ? alert : `${alert} (${labels['window']})`;

describe('every alert', () => {
  test.each(alerts.map((alert) => [titleOf(alert), alert] as const))(
    '%s can be acted on',
    async (_, alert) => {
      expect(alert).toMatchObject({
        labels: { severity: expect.stringMatching(/^(critical|warning)$/) },
        annotations: { summary: expect.stringMatching(/\S/), description: expect.stringMatching(/\S/) },
      });
      const [page, anchor] = alert.annotations['runbook_url']?.split('#') ?? [];
      expect(page).toBe('docs/monitoring.md');
      expect(anchor).toBe(alert.alert.toLowerCase());
      expect(await readFile(monitoringPage, 'utf8')).toContain(`\n### ${alert.alert}\n`);
    },
  );
});

const howToGetPromtool =
  'no promtool: install Prometheus 3 (https://prometheus.io/download) so that promtool is on the PATH';
const promtool = findProgram('promtool', process.env);

/** Fails without promtool where SHOP_REQUIRE names it, as in CI; is elsewhere reported as skipped, and why. */
function describeWithPromtool(name: string, suite: () => void): void {
  if (promtool || requiresProgram('promtool', process.env)) {
    suite();
    return;
  }
  // Not console.warn: jest drops what a skipped file says.
  process.stderr.write(`${name} are not tested: ${howToGetPromtool}\n`);
  // eslint-disable-next-line jest/no-disabled-tests -- reported as skipped, and forbidden where SHOP_REQUIRE says so
  describe.skip(`${name}, not run: ${howToGetPromtool}`, () => {
    suite();
  });
}

/** @returns what promtool reports; undefined where it finds no problem. */
async function complaint(...args: readonly string[]): Promise<string | undefined> {
  if (!promtool) throw new Error(`SHOP_REQUIRE names promtool, but there is ${howToGetPromtool}`);
  try {
    await run(promtool, args);
    return undefined;
  } catch (error) {
    if (error instanceof CommandError) return error.output;
    throw error;
  }
}

/** Runs the rules' tests; with an alert, those that name it. */
async function testRules(folder: string, alert = ''): Promise<string | undefined> {
  const tests = join(folder, 'rules/test');
  const files = (await readdir(tests)).map((name) => join(tests, name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return complaint('test', 'rules', ...files.filter((_, index) => texts[index]?.includes(alert)));
}

/**
 * Makes an expression true for every value: `a > 5 and b == 0` becomes `a >= 0 * 5 and b >= 0 * 0`, as no metric is
 * negative.
 */
const withoutThresholds = (expr: string): string => expr.replaceAll(/ (?:==|<|>) /g, ' >= 0 * ');

describeWithPromtool('the rules of Prometheus', () => {
  test('the configuration is valid', async () => {
    expect(
      await complaint('check', 'config', '--syntax-only', join(prometheus, 'prometheus.yaml')),
    ).toBeUndefined();
  });

  test.each(['recording', 'alerts'])('%s.yaml is valid', async (name) => {
    expect(
      await complaint('check', 'rules', '--lint-fatal', join(prometheus, `rules/${name}.yaml`)),
    ).toBeUndefined();
  });

  test('their tests pass', async () => {
    expect(await testRules(prometheus)).toBeUndefined();
  });

  describe('their tests notice', () => {
    let folder = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'shop-rules-'));
      await cp(join(prometheus, 'rules'), join(folder, 'rules'), { recursive: true });
    });
    afterAll(() => rm(folder, { recursive: true }));

    const broken = alerts.flatMap((alert, index) => [
      [titleOf(alert), 'never fires', index, (expr: string) => `(${expr}) and vector(0) > 1`] as const,
      // An alert without its thresholds fires as soon as its metric exists.
      [titleOf(alert), 'has no threshold', index, withoutThresholds] as const,
      ...(alert.for === undefined ? [] : [[titleOf(alert), 'does not wait', index, undefined] as const]),
    ]);

    test.each(broken)('that %s %s', async (_, _how, index, change) => {
      const changed = await readAlerts(prometheus);
      const alert = changed.groups.flatMap(({ rules }) => rules)[index]!;
      if (change) alert.expr = change(alert.expr);
      else delete alert.for;
      await writeFile(join(folder, 'rules/alerts.yaml'), stringify(changed));
      expect(await complaint('check', 'rules', join(folder, 'rules/alerts.yaml'))).toBeUndefined();
      expect(await testRules(folder, alert.alert)).toContain(`alertname: ${alert.alert}`);
    });
  });
});
