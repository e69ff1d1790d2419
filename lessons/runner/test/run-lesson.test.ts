import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { CommandError } from '../../../scripts/support/run.ts';
import { stateOf } from '../cluster-state.ts';
import type { ClusterView } from '../cluster.ts';
import type { Lesson } from '../lesson.ts';
import { readPage } from '../page.ts';
import { judgeSabotage, wasStopped } from '../result.ts';
import { resetLesson, runLesson, type Run } from '../run-lesson.ts';

const clusters = mkdtempSync(join(tmpdir(), 'lessons-test-'));
afterAll(() => rmSync(clusters, { recursive: true }));

/** A cluster that is a folder: each of its files is a namespace. */
class FolderCluster implements ClusterView {
  readonly folder = mkdtempSync(join(clusters, 'cluster-'));
  asked: readonly string[] = [];
  silent = false;

  /** How often the state is read until what is ending is gone. */
  endsAfter = 3;

  async state() {
    if (this.silent) throw new CommandError('kubectl get', 'ended by exit code 1', 'connection refused');
    if (existsSync(join(this.folder, 'ending')) && (this.endsAfter -= 1) === 0)
      rmSync(join(this.folder, 'lesson-demo'));
    const namespaces = ['shop', 'lesson-demo', 'lesson-demo-near'].filter((name) =>
      existsSync(join(this.folder, name)),
    );
    return stateOf(namespaces.map((name) => ({ kind: 'Namespace', metadata: { name } })));
  }
  async lessonNamespaces() {
    return existsSync(join(this.folder, 'lesson-demo')) ? ['lesson-demo'] : [];
  }
  async surroundings(namespaces: readonly string[]) {
    this.asked = namespaces;
    return 'two pods, one of them pending';
  }
}

interface Block {
  readonly script: string;
  readonly output?: string;
  /** What the proof says of it. */
  readonly how?: Readonly<Record<string, unknown>>;
}

/** A lesson of these blocks, `s1` to `sN`, and a cleanup. Each proves its one claim. */
function lessonOf(
  blocks: readonly Block[],
  { cleanup = 'rm -f lesson-demo', sabotage = {}, notProven = undefined as string | undefined } = {},
): Lesson {
  const fence = '```';
  const named = blocks.map((block, index) => ({ ...block, name: `s${index + 1}` }));
  const body = named.map(({ name, script, output }) =>
    [
      `${fence}bash ${name}\n${script}\n${fence}\n`,
      ...(output === undefined ? [] : [`${fence}output\n${output}\n${fence}\n`]),
    ].join('\n'),
  );
  const proof = {
    proves: 'it',
    touches: 'namespace',
    seconds: 1,
    notProven,
    claims: { it: { says: 'it is', control: 's1', sabotage: { before: 's1', run: 'true', ...sabotage } } },
    steps: Object.fromEntries(named.map(({ name, how }) => [name, { proves: 'it', ...how }])),
  };
  return readPage(
    'lessons/07-demo/README.md',
    ['# Demo\n', ...body, `${fence}bash cleanup\n${cleanup}\n${fence}\n`].join('\n'),
    JSON.stringify(proof),
  );
}

function setUp(): { cluster: FolderCluster; run: Run } {
  const cluster = new FolderCluster();
  return {
    cluster,
    run: {
      cluster,
      shell: { cwd: cluster.folder, env: { PATH: process.env['PATH'] ?? '' } },
      retryMs: 5,
      settleMs: 3000,
    },
  };
}

describe('a lesson', () => {
  test('passes when every block does what it says', async () => {
    const { cluster, run } = setUp();
    const result = await runLesson(
      lessonOf([
        { script: 'touch lesson-demo; NAME=demo' },
        { script: 'echo "$NAME is there"', output: 'demo is …' },
      ]),
      run,
    );
    expect(result).toMatchObject({ verdict: 'passed', problems: [], id: 'demo', number: 7 });
    expect(result.steps.map(({ kind, came }) => [kind, came])).toEqual([
      ['run', ''],
      ['run', 'demo is there'],
      ['cleanup', ''],
    ]);
    expect(existsSync(join(cluster.folder, 'lesson-demo'))).toBe(false);
  });

  test('fails when something else is printed, and says what, where, and how the cluster was', async () => {
    const { cluster, run } = setUp();
    const result = await runLesson(
      lessonOf([
        { script: 'touch lesson-demo; echo one; echo two', output: 'one\nthree' },
        { script: 'echo never' },
      ]),
      run,
    );
    expect(result.verdict).toBe('failed');
    expect(result.problems).toEqual([
      'lessons/07-demo/README.md:3: it did not print what is expected; the first line missing is: three',
    ]);
    expect(result.steps).toMatchObject([{ expected: 'one\nthree', came: 'one\ntwo' }, { kind: 'cleanup' }]);
    expect(result.surroundings).toBe('two pods, one of them pending');
    expect(cluster.asked).toEqual(['lesson-demo']);
  });

  test('fails when a command does', async () => {
    const { run } = setUp();
    const { problems } = await runLesson(lessonOf([{ script: 'echo a\nfalse\necho b' }]), run);
    expect(problems).toEqual(['lessons/07-demo/README.md:3: it failed with exit code 1']);
  });

  test('ends a command that hangs, and cleans up', async () => {
    const { cluster, run } = setUp();
    const { problems } = await runLesson(
      lessonOf([{ script: 'touch lesson-demo; sleep 1000', how: { limit: '1s' } }]),
      run,
    );
    expect(problems).toEqual(['lessons/07-demo/README.md:3: it did not end in time, and was ended']);
    expect(existsSync(join(cluster.folder, 'lesson-demo'))).toBe(false);
  });

  test('waits until what is expected is printed', async () => {
    const { run } = setUp();
    const { verdict, steps } = await runLesson(
      lessonOf([{ script: 'echo x >> count; wc -l < count', output: '3', how: { within: '30s' } }]),
      run,
    );
    expect(verdict).toBe('passed');
    expect(steps[0]).toMatchObject({ attempts: 3, came: '3' });
  });

  test('does not wait for ever', async () => {
    const { run } = setUp();
    const { problems } = await runLesson(
      lessonOf([{ script: 'echo no', output: 'yes', how: { within: '1s' } }]),
      run,
    );
    expect(problems).toEqual([expect.stringContaining('not within 1 s: it did not print')]);
  });

  test.each([
    ['true', 'it should have failed, and did not'],
    ['echo other; false', 'it did not print what is expected; the first line missing is: refused'],
  ])('with a command that has to fail, %j, fails', async (script, problem) => {
    const { run } = setUp();
    const lesson = lessonOf([{ script: 'true' }, { script, output: 'refused', how: { fails: true } }]);
    expect((await runLesson(lesson, run)).problems).toEqual([expect.stringContaining(problem)]);
  });

  test('with a command that fails as it has to passes', async () => {
    const { run } = setUp();
    const lesson = lessonOf([
      { script: 'true' },
      { script: 'echo refused >&2; false', output: 'refused', how: { fails: true } },
    ]);
    expect((await runLesson(lesson, run)).verdict).toBe('passed');
  });

  test('fails when the cluster does not answer, and the run can go on', async () => {
    const { cluster, run } = setUp();
    cluster.silent = true;
    const result = await runLesson(lessonOf([{ script: 'true' }]), run);
    expect(result).toMatchObject({
      verdict: 'failed',
      problems: ['the cluster did not answer: connection refused'],
      steps: [],
    });
  });

  test('that says why it proves nothing here is not passed', async () => {
    const { run } = setUp();
    const lesson = lessonOf([{ script: 'true' }], { notProven: 'no such kernel' });
    expect(await runLesson(lesson, run)).toMatchObject({
      verdict: 'not proven',
      problems: ['no such kernel'],
    });
  });
});

describe('cleanup', () => {
  test('that leaves something is reported', async () => {
    const { run } = setUp();
    const lesson = lessonOf([{ script: 'touch lesson-demo' }], { cleanup: 'echo all clean' });
    expect(await runLesson(lesson, { ...run, settleMs: 0 })).toMatchObject({
      verdict: 'failed',
      problems: ['left behind: Namespace lesson-demo'],
    });
  });

  test('that removes too much is reported', async () => {
    const { cluster, run } = setUp();
    writeFileSync(join(cluster.folder, 'shop'), '');
    const lesson = lessonOf([{ script: 'true' }], { cleanup: 'rm shop' });
    const { problems } = await runLesson(lesson, { ...run, settleMs: 0 });
    expect(problems).toEqual(['gone: Namespace shop']);
  });

  test('answers on a shared cluster for what bears the name of lessons', async () => {
    const { cluster, run } = setUp();
    const touchBoth = lessonOf([{ script: 'touch shop lesson-demo' }], { cleanup: 'true' });
    const { problems } = await runLesson(touchBoth, { ...run, settleMs: 0, shared: true });
    expect(problems).toEqual(['left behind: Namespace lesson-demo']);
    expect(existsSync(join(cluster.folder, 'shop'))).toBe(true);
  });

  test('answers on a shared cluster for its own name, and not for a longer one that begins with it', async () => {
    const { run } = setUp();
    const left = lessonOf([{ script: 'touch lesson-demo lesson-demo-near' }], { cleanup: 'true' });
    const ids = ['demo', 'demo-near'];
    const { problems } = await runLesson(left, { ...run, settleMs: 0, shared: true, ids });
    expect(problems).toEqual(['left behind: Namespace lesson-demo']);
  });

  test('may take a while to have its effect', async () => {
    const { run } = setUp();
    const lesson = lessonOf([{ script: 'touch lesson-demo' }], { cleanup: 'touch ending' });
    expect((await runLesson(lesson, run)).problems).toEqual([]);
  });

  test('that fails is reported', async () => {
    const { run } = setUp();
    const lesson = lessonOf([{ script: 'true' }], { cleanup: 'false' });
    expect((await runLesson(lesson, run)).problems).toEqual([
      'lessons/07-demo/README.md:7, cleanup: it failed with exit code 1',
    ]);
  });

  test('is run, too, when what undoes the sabotage fails', async () => {
    const { cluster, run } = setUp();
    const lesson = lessonOf([{ script: 'touch lesson-demo' }], { sabotage: { undo: 'false' } });
    const { untidy } = await runLesson(lesson, { ...run, claim: lesson.proof.claims[0] });
    expect(untidy).toEqual([expect.stringContaining('cleanup: it failed with exit code 1')]);
    expect(existsSync(join(cluster.folder, 'lesson-demo'))).toBe(false);
  });

  test('of an earlier run that was cut off is made up for', async () => {
    const { cluster, run } = setUp();
    writeFileSync(join(cluster.folder, 'lesson-demo'), '');
    const lesson = lessonOf([{ script: 'test ! -e lesson-demo && touch lesson-demo' }]);
    expect((await runLesson(lesson, run)).verdict).toBe('passed');
  });

  test('is run when the lesson is interrupted', async () => {
    const { cluster, run } = setUp();
    const stop = new AbortController();
    const lesson = lessonOf([{ script: 'touch lesson-demo' }, { script: 'sleep 1000' }]);
    const result = await runLesson(lesson, {
      ...run,
      signal: stop.signal,
      onStep: () => stop.abort(),
    });
    expect(result).toMatchObject({ problems: ['lessons/07-demo/README.md:7: interrupted'] });
    expect(wasStopped(result)).toBe(true);
    expect(wasStopped({ ...result, untidy: ['left behind: Namespace lesson-demo'] })).toBe(false);
    expect(existsSync(join(cluster.folder, 'lesson-demo'))).toBe(false);
  });
});

describe('sabotage', () => {
  const lesson = lessonOf([{ script: 'cat file', output: 'right' }], {
    sabotage: { run: 'echo wrong > file' },
  });

  test('is not run unless requested', async () => {
    const { cluster, run } = setUp();
    writeFileSync(join(cluster.folder, 'file'), 'right');
    expect((await runLesson(lesson, run)).verdict).toBe('passed');
    expect(readFileSync(join(cluster.folder, 'file'), 'utf8')).toBe('right');
  });

  test('makes the lesson fail', async () => {
    const { run } = setUp();
    const { verdict, noticed, steps } = await runLesson(lesson, { ...run, claim: lesson.proof.claims[0] });
    expect([verdict, noticed]).toEqual(['failed', 'noticed']);
    expect(steps.map(({ kind, came }) => [kind, came])).toEqual([
      ['sabotage', ''],
      ['run', 'wrong'],
      ['cleanup', ''],
    ]);
  });

  test('that does not work proves nothing, and says so', async () => {
    const { run } = setUp();
    const broken = lessonOf([{ script: 'true' }], { sabotage: { run: 'no-such-program' } });
    const { problems } = await runLesson(broken, { ...run, claim: broken.proof.claims[0] });
    expect(problems).toEqual([expect.stringContaining('the sabotage itself does not work: it failed with')]);
  });
});

/** What the page leaves in the shop does not go by waiting. */
function setUpWithLeftovers(): { cluster: FolderCluster; run: Run } {
  const { cluster, run } = setUp();
  return { cluster, run: { ...run, settleMs: 0 } };
}

describe('a lesson with several claims', () => {
  const fence = '```';
  const page = `# Demo

${fence}bash make
touch shop made
${fence}

${fence}bash look
cat made
${fence}

${fence}bash last
ls
${fence}

${fence}bash cleanup
rm -f lesson-demo made
${fence}
`;
  const proof = `proves: it
touches: namespace
seconds: 1
picture: { after: make, namespace: lesson-demo, kinds: pods }
claims:
  made:
    says: it is made
    sabotage: { before: look, run: rm made }
  listed:
    says: it is listed
    sabotage: { before: last, run: rm made, undo: touch restored }
  unseen:
    says: the sabotage breaks nothing of it
    sabotage: { after: make, run: rm made }
steps:
  make:
    prepare: [{ run: REMEMBERED=3 }]
    checks: [{ run: 'echo "$REMEMBERED \${ofThePage:-unknown}"', prints: 3 unknown, proves: made }]
  look:
    checks: [{ run: ls made, proves: made }]
  last:
    checks:
      - { run: ls made, proves: listed }
      - { run: 'echo', proves: unseen }
`;
  const lesson = readPage('lessons/07-demo/README.md', page.replace('touch', 'ofThePage=1; touch'), proof);
  const claimOf = (id: string) => {
    const claim = lesson.proof.claims.find((one) => one.id === id);
    if (!claim) throw new Error(`no claim ${id}`);
    return claim;
  };
  const sabotage = (run: Run, id: string) => runLesson(lesson, { ...run, claim: claimOf(id) });

  test('passes with its checks, in a shell that only they use, and with its picture', async () => {
    const { run } = setUpWithLeftovers();
    const result = await runLesson(lesson, { ...run, draw: async ({ kinds }) => `<svg>${kinds}</svg>` });
    expect(result).toMatchObject({ problems: [expect.stringContaining('shop')], picture: '<svg>pods</svg>' });
    expect(result.steps.map(({ kind, number }) => `${kind} ${number}`)).toEqual([
      'prepare 1',
      'run 1',
      'check 1',
      'run 2',
      'check 2',
      'run 3',
      'check 3',
      'check 3',
      'cleanup 4',
    ]);
    expect(result.steps.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });

  test('notices a sabotage by a check of that claim, though other steps fail before', async () => {
    const { run } = setUpWithLeftovers();
    const result = await sabotage(run, 'made');
    expect(result).toMatchObject({ claim: { id: 'made' }, sabotage: 'rm made' });
    expect(judgeSabotage({ ...result, untidy: [] }, claimOf('made'))).toBe('noticed');
    expect(result.problems[0]).toMatch(/proof\.yaml:\d+: it failed with exit code/);
    expect(result.steps.at(-2)).toMatchObject({ kind: 'check', number: 2 });
  });

  test('does not notice a sabotage that what proves the claim survives, and undoes each', async () => {
    const { cluster, run } = setUpWithLeftovers();
    expect((await sabotage(run, 'listed')).noticed).not.toBe('not noticed');
    expect(existsSync(join(cluster.folder, 'restored'))).toBe(true);
    expect((await sabotage(run, 'unseen')).noticed).toBe('not noticed');
  });

  test('can be reset', async () => {
    const { cluster, run } = setUpWithLeftovers();
    writeFileSync(join(cluster.folder, 'lesson-demo'), '');
    expect(await resetLesson(lesson, run)).toEqual([]);
    expect(existsSync(join(cluster.folder, 'lesson-demo'))).toBe(false);
  });
});
