/**
 * The faults that the board offers on kind: started on the page, shown as active, undone, and the shop is well again. By
 * default a selection. BOARD_FAULTS=all: every fault, undone by its button, and those that stay in another way as well
 * (about 15 minutes). BOARD_FAULTS=user-gone,disk-fill: these faults, undone in each way.
 */
import { existsSync, readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { Span, Waterfall } from '@shop/board';
import { eventually } from '@shop/testing/eventually';
import { containerStatusesOf, type Pod } from '@shop/testing/kubernetes';
import { kindFaults } from '../../scripts/board/kind-faults.ts';
import { inBrowser, isChromiumThere, startBrowser } from '../../scripts/board/test/support/browser.ts';
import { agreesWithItsLines, isInOrder } from '../../scripts/board/test/support/waterfall.ts';
import { inNamespace } from '../../scripts/cluster/kubectl.ts';
import { inShop, kubectl } from '../../scripts/kind/kubectl.ts';
import { paths } from '../../scripts/kind/names.ts';
import { run } from '../../scripts/support/run.ts';
import { controlPlane } from '../chaos/actions/nodes.ts';
import { openCluster, type Cluster } from '../chaos/cluster/cluster.ts';
import { untilSteady } from '../chaos/cluster/state.ts';
import { Board } from './support/board.ts';
import { listeningAddresses } from './support/listening.ts';
import { wanted } from '../support/wanted.ts';

/** For another program to come to its end. */
const slowly = { withinMs: 120_000, everyMs: 500 };
const describeInBrowser = isChromiumThere ? describe : describe.skip;

const podsOf = async (app: string): Promise<readonly Pod[]> => {
  const list = await inShop('get', 'pods', '--selector', `app=${app}`, '--output', 'json');
  return (JSON.parse(list) as { items: Pod[] }).items;
};
const field = (namespace: string, object: string, path: string) =>
  inNamespace(kubectl, namespace)('get', object, '--output', `jsonpath={${path}}`);

/** Looks at the cluster before the fault. @returns whether the fault has come to it since. */
type Look = () => Promise<() => Promise<boolean>>;
const now =
  (isBroken: () => Promise<boolean>): Look =>
  () =>
    Promise.resolve(isBroken);

const hasNoPods = (object: string, namespace = 'shop') =>
  now(async () => (await field(namespace, object, '.spec.replicas')) === '0');
const cut = now(async () => {
  const policy = ['networkpolicy/product-out-chaos', '--ignore-not-found', '--output', 'name'];
  const own = await inShop('get', ...policy);
  const others = await field('shop', 'networkpolicy/service-out', '.spec.podSelector.matchLabels.app');
  return own !== '' && others === 'user';
});
const losesAPod =
  (app: string): Look =>
  async () => {
    const before = new Set((await podsOf(app)).map(({ metadata }) => metadata.uid));
    return async () => {
      const there = (await podsOf(app)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      return !there.every(({ metadata }) => before.has(metadata.uid)) || there.length < before.size;
    };
  };
const restarts = async (app: string, container: string) =>
  (await podsOf(app))
    .flatMap(({ status }) => containerStatusesOf(status))
    .filter(({ name }) => name === container)
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
const restartsIn =
  (app: string, container: string): Look =>
  async () => {
    const before = await restarts(app, container);
    return async () => (await restarts(app, container)) > before;
  };
const rollsOut =
  (name: string, namespace = 'shop'): Look =>
  async () => {
    const generation = [namespace, `deployment/${name}`, '.metadata.generation'] as const;
    const before = await field(...generation);
    return async () => (await field(...generation)) !== before;
  };
const diskIsFull = now(async () => {
  const size = ['--container=app', '--', 'sh', '-c', 'stat -c %s /var/log/app/fill 2>/dev/null || echo 0'];
  for (const { metadata, status } of await podsOf('product')) {
    if (status.phase === 'Failed') return true;
    // A pod that ends has no container to look from.
    const bytes = await inShop('exec', metadata.name, ...size).catch(() => '0');
    if (Number(bytes) > 1_000_000) return true;
  }
  return false;
});

/** `by itself`: it is not undone, and the page says that what had to hold did. */
type Ending = 'button' | 'page closed' | 'SIGTERM' | 'by itself';

interface Row {
  readonly isBroken: Look;
  /** It stays until it is undone, so it is written down; with the way in which it is undone beside the button. */
  readonly stays?: 'page closed' | 'SIGTERM';
  readonly onEveryChange?: readonly Ending[];
  /** It is left to itself, too. */
  readonly byItself?: true;
}

const rows: Readonly<Record<string, Row>> = {
  // By its button with one request's way, below.
  'user-gone': { isBroken: hasNoPods('deployment/user'), stays: 'SIGTERM', onEveryChange: ['SIGTERM'] },
  'network-partition-user': { isBroken: cut, stays: 'page closed', onEveryChange: ['page closed'] },
  'network-partition-mongo': { isBroken: cut, stays: 'SIGTERM' },
  'pod-delete': { isBroken: losesAPod('product'), byItself: true, onEveryChange: ['by itself'] },
  'pod-kill': { isBroken: losesAPod('product') },
  'container-kill-app': { isBroken: restartsIn('product', 'app') },
  'container-kill-ambassador': { isBroken: restartsIn('product', 'ambassador') },
  'container-kill-log-sidecar': { isBroken: restartsIn('product', 'log-sidecar') },
  'container-kill-adapter': { isBroken: restartsIn('legacy-supplier', 'adapter') },
  'dns-error': { isBroken: hasNoPods('deployment/coredns', 'kube-system'), stays: 'page closed' },
  'wrong-configuration': {
    isBroken: now(async () => (await field('shop', 'deployment/product', '..env')).includes('a while')),
    stays: 'SIGTERM',
  },
  'disk-fill': { isBroken: diskIsFull, stays: 'page closed' },
  'rolling-update-ambassador': {
    isBroken: now(async () => {
      const images = await field('shop', 'deployment/product', '.spec.template.spec.initContainers[*].image');
      return images.includes(':chaos@');
    }),
    stays: 'SIGTERM',
  },
  'rolling-update-user': { isBroken: rollsOut('user') },
  'rolling-update-product': { isBroken: rollsOut('product') },
  'wrong-start-order': { isBroken: hasNoPods('statefulset/mongo'), stays: 'page closed' },
  'control-plane-stopped': {
    isBroken: now(async () => {
      const isRunning = ['inspect', '--format', '{{.State.Running}}', controlPlane];
      return (await run('docker', isRunning)) === 'false';
    }),
    stays: 'SIGTERM',
  },
  // Behind the control plane's return: it shows that workloads are controlled again.
  'rolling-update-traefik': { isBroken: rollsOut('traefik', 'traefik') },
};

const wish = process.env['BOARD_FAULTS'] ?? '';
const named = wish === '' || wish === 'all' ? [] : wish.split(',');
const isFew = wish === '';

function endingsOf(name: string, { stays, onEveryChange = [], byItself }: Row): readonly Ending[] {
  const more: readonly Ending[] = byItself ? ['by itself'] : [];
  if (isFew) return onEveryChange;
  if (wish === 'all') return stays === undefined ? ['button', ...more] : ['button', stays];
  if (!named.includes(name)) return [];
  const ways: readonly Ending[] =
    stays === undefined ? ['button', 'SIGTERM'] : ['button', 'page closed', 'SIGTERM'];
  return [...ways, ...more];
}

/** What is judged begins when all before is judged, so those that are left to themselves come first. */
const tried = Object.entries(rows)
  .flatMap(([name, row]) => endingsOf(name, row).map((ending) => ({ name, row, ending })))
  .toSorted((a, b) => Number(b.ending === 'by itself') - Number(a.ending === 'by itself'));
const title = `the board's faults on kind${isFew ? ', a few of them (BOARD_FAULTS=all: all)' : ''}`;

test('there is a row for each fault that the board offers, and for each that is named', async () => {
  const offered = (await kindFaults()).map(({ name }) => name);
  expect(Object.keys(rows).sort()).toEqual([...offered].sort());
  expect(offered).toEqual(expect.arrayContaining(named));
});

/** A shop that wants no pods is steady, too. */
async function isWanted(): Promise<boolean> {
  const replicas = await inShop(
    'get',
    'deployments,statefulsets',
    '--output',
    'jsonpath={.items[*].spec.replicas}',
  );
  return !replicas.split(' ').includes('0');
}

/** What is written down, by all programs of this folder. */
const written = (): readonly string[] =>
  existsSync(paths.broken)
    ? readdirSync(paths.broken, { recursive: true, encoding: 'utf8' }).filter((file) =>
        file.endsWith('.json'),
      )
    : [];

/** On other systems it cannot be read, and is not tried. */
const listening = ({ pid, address }: Board): readonly string[] =>
  process.platform === 'linux' ? listeningAddresses(pid) : [address];

describeInBrowser(inBrowser(title), () => {
  let browser: Browser;
  let board: Board;
  let cluster: Cluster;
  let before: Awaited<ReturnType<typeof wanted>>;

  beforeAll(async () => {
    cluster = await openCluster();
    await eventually('no other program has scaled a part of the shop to zero', isWanted, slowly);
    await untilSteady(cluster, 'quiet');
    before = await wanted();
    browser = await startBrowser();
    board = await Board.open(browser);
  });
  afterEach(async () => {
    const isClean = written().length === 0 && board.isOpen;
    if (isClean && (await board.page.locator('.faults li.on').count()) === 0) return;
    // A test has failed; the next one finds the shop as it was.
    await board.end('SIGTERM');
    board = await Board.open(browser);
  });
  afterAll(async () => {
    await board?.end('SIGTERM');
    await browser?.close();
    await cluster?.[Symbol.asyncDispose]();
  });

  const headlines = async () => (await board.page.locator('.headline').innerText()).split('\n');
  const headline = (text: string) =>
    eventually(
      `the page says: ${text}`,
      async () => {
        expect(await headlines()).toContain(text);
        return true;
      },
      { withinMs: 60_000, everyMs: 200 },
    );

  /**
   * A fault that comes sooner after another one, or within five seconds after a fallback, has no verdict. The headline is
   * about the last four seconds, and about less when the page has just been opened.
   */
  async function isClean(): Promise<void> {
    await eventually('every fault before is judged', () => board.areJudged(), { withinMs: 120_000 });
    let since: number | undefined;
    await eventually(
      'the page says for six seconds that the shop works',
      async () => {
        since = (await headlines()).includes('The shop works.') ? (since ?? performance.now()) : undefined;
        return since !== undefined && performance.now() - since > 6_000;
      },
      { withinMs: 120_000, everyMs: 200 },
    );
  }

  /** Everything is wanted as it was before, and there, and under the board's traffic every breaker closes. */
  async function expectWell(): Promise<void> {
    await eventually(
      'everything is as it was before',
      async () => {
        expect(await wanted()).toEqual(before);
        return true;
      },
      // The API server takes its time to be back; nothing else does.
      { withinMs: 60_000, everyMs: 300 },
    );
    await untilSteady(cluster, 'under-load');
  }

  async function expectBroken(name: string, { isBroken, stays }: Row): Promise<void> {
    const isThere = await isBroken();
    await board.start(name);
    await eventually(`${name} is there`, isThere, { withinMs: 60_000, everyMs: 200 });
    expect(written().length > 0).toBe(stays !== undefined);
    // Nothing that a fault uses lets other users of this machine in.
    expect(listening(board)).toEqual([board.address]);
  }

  async function endsBy(name: string, ending: Ending): Promise<void> {
    switch (ending) {
      case 'button':
        return await board.undo(name);
      case 'page closed':
        await board.closePage();
        await eventually('the board has undone it', () => written().length === 0, { withinMs: 120_000 });
        await board.openPage();
        return await board.isOver(name);
      case 'SIGTERM':
        await board.end('SIGTERM');
        board = await Board.open(browser);
        return;
      case 'by itself':
        await board.isOver(name);
        await expectToHold(name);
    }
  }

  async function expectToHold(name: string): Promise<void> {
    const verdict = board.row(name).locator('.verdict');
    await verdict.locator('p.holds, p.fails, p.unknown').waitFor({ timeout: 120_000 });
    expect(await verdict.innerText()).toContain('All of it held.');
    expect(await verdict.locator('li.holds').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('No requests fail (none)')]),
    );
  }

  test.each(tried)('$name is there, and over: $ending', async ({ name, row, ending }) => {
    if (ending === 'by itself') await isClean();
    await expectBroken(name, row);
    await endsBy(name, ending);
    expect(written()).toEqual([]);
    await expectWell();
  });

  if (isFew || wish === 'all')
    test('while user is gone, a request’s way is that of its log lines: retry, breaker, fallback', async () => {
      const way = ['product', 'product-ambassador', 'user'];
      /** Sends requests until one is as expected, and compares that one with its lines. */
      const sendUntil = async (what: string, isSo: (span: Span, outcome: Waterfall['outcome']) => boolean) =>
        agreesWithItsLines(
          await eventually(what, async () => {
            const waterfall = await board.sendOne();
            const isExpected = waterfall.spans.some((span) => isSo(span, waterfall.outcome));
            return isExpected && isInOrder(waterfall, way) && waterfall;
          }),
          way,
        );
      await sendUntil('the seller is live', (span, outcome) => outcome === 'live' && span.program === 'user');
      // With few requests the breaker stays closed: each is tried twice.
      await board.setTraffic(1);
      try {
        await expectBroken('user-gone', rows['user-gone'] as Row);
        await sendUntil(
          'it is tried twice',
          ({ attempts = [] }, outcome) => outcome === 'fallback' && attempts.length === 2,
        );
        await board.setTraffic(50);
        await board.page.locator('.guard.open').waitFor();
        await headline('The shop works, with a fallback.');
        await sendUntil(
          'it is not tried',
          ({ breaker, attempts = [] }, outcome) =>
            outcome === 'fallback' && breaker === 'open' && attempts.length === 0,
        );
      } finally {
        await board.setTraffic(10);
        await board.undo('user-gone');
      }
      await expectWell();
      await headline('The shop works.');
      expect(await board.page.locator('.guard.open').count()).toBe(0);
    });
});
