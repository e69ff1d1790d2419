import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LessonRefusedError, Scene, type LessonRun } from '@shop/board';
import { eventually } from '@shop/testing/eventually';
import { stateOf } from '../../../lessons/runner/cluster-state.ts';
import type { ClusterView } from '../../../lessons/runner/cluster.ts';
import { readPage } from '../../../lessons/runner/page.ts';
import { LessonRuns } from '../lesson-runs.ts';

const fence = '```';
const block = (name: string, script: string, output: string) =>
  `${fence}bash ${name}\n${script}\n${fence}\n\n${fence}output\n${output}\n${fence}\n\n`;
const page = `# Demo

${block('make', 'touch lesson-demo; echo made', 'made')}${block('look', 'cat content 2>/dev/null || echo whole', 'whole')}${fence}bash cleanup
rm -f lesson-demo content
${fence}
`;
const proof = `proves: it
touches: namespace
seconds: 1
claims: { whole: { says: it is whole, sabotage: { before: look, run: echo other > content } } }
steps: { look: { proves: whole } }
`;

describe('lessons that are run from the page', () => {
  let folder: string;
  let scene: Scene;
  let runs: LessonRuns;
  const kept = new Set<string>();
  const open = () => {
    const cluster: ClusterView = {
      state: async () =>
        stateOf(
          ['lesson-demo']
            .filter((name) => existsSync(join(folder, name)))
            .map((name) => ({ kind: 'Namespace', metadata: { name } })),
        ),
      lessonNamespaces: async () => (existsSync(join(folder, 'lesson-demo')) ? ['lesson-demo'] : []),
      surroundings: async () => '',
    };
    scene = new Scene();
    runs = new LessonRuns({
      scene,
      lessons: new Map([['07-demo', readPage('lessons/07-demo/README.md', page, proof)]]),
      cluster,
      shell: async () => ({ cwd: folder, env: { PATH: process.env['PATH'] ?? '' } }),
      progressFile: join(folder, 'progress', 'lessons.json'),
      settleMs: 2_000,
      keep: async (id, sabotaged) => {
        const entry = `${id}${sabotaged ? ' sabotaged' : ''}`;
        kept.add(entry);
        return () => kept.delete(entry);
      },
    });
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lesson-runs-'));
    open();
  });
  afterEach(async () => {
    await runs.close();
    rmSync(folder, { recursive: true });
  });
  const run = (): LessonRun | undefined => scene.get('lesson', '07-demo');
  const ended = () => eventually('it has ended', () => run()?.state === 'done', { withinMs: 20_000 });

  test('show what each step printed and the verdict; what they made is gone, and the progress is kept', async () => {
    runs.start('07-demo', 'run');
    await ended();
    expect(run()).toMatchObject({ mode: 'run', verdict: 'passed', problems: [] });
    expect(run()?.steps.map(({ number, kind, printed }) => [number, kind, printed])).toEqual([
      [1, 'run', 'made'],
      [2, 'run', 'whole'],
      [3, 'cleanup', ''],
    ]);
    expect(existsSync(join(folder, 'lesson-demo'))).toBe(false);
    await runs.close();
    open();
    expect(run()).toMatchObject({ state: 'done', verdict: 'passed', steps: [] });
  });

  test('wait for each step where that is wanted, and a reset in the middle undoes what was done', async () => {
    runs.start('07-demo', 'step');
    const waits = (step: number) =>
      eventually(`step ${step} waits`, () => run()?.state === 'waiting' && run()?.step === step);
    await waits(1);
    expect(run()?.steps).toEqual([]);
    runs.next('07-demo');
    await waits(2);
    expect(run()?.steps).toMatchObject([{ number: 1, printed: 'made' }]);
    // A board that is killed now leaves it to the next one.
    expect([...kept]).toEqual(['07-demo']);
    expect(existsSync(join(folder, 'lesson-demo'))).toBe(true);
    await runs.reset('07-demo');
    expect(run()).toBeUndefined();
    expect([...kept]).toEqual([]);
    expect(existsSync(join(folder, 'lesson-demo'))).toBe(false);
    expect(() => runs.next('07-demo')).toThrow(LessonRefusedError);
  });

  test('notice their sabotage, which takes nothing back from one that has passed', async () => {
    runs.start('07-demo', 'run');
    await ended();
    runs.start('07-demo', 'break');
    await ended();
    expect(run()).toMatchObject({ mode: 'break', verdict: 'noticed' });
    expect(run()?.steps.map(({ kind, problem }) => [kind, problem !== undefined])).toEqual([
      ['run', false],
      ['sabotage', false],
      ['run', true],
      ['cleanup', false],
    ]);
    const kept = JSON.parse(readFileSync(join(folder, 'progress', 'lessons.json'), 'utf8')) as object;
    expect(kept).toEqual({ '07-demo': 'passed' });
  });

  test('are one at a time, and undone when the board ends', async () => {
    runs.start('07-demo', 'step');
    expect(() => runs.start('07-demo', 'run')).toThrow(LessonRefusedError);
    expect(() => runs.start('none', 'run')).toThrow(LessonRefusedError);
    await eventually('it waits', () => run()?.state === 'waiting');
    runs.next('07-demo');
    await eventually('the second one waits', () => run()?.step === 2);
    await runs.close();
    expect(existsSync(join(folder, 'lesson-demo'))).toBe(false);
    expect(() => runs.start('07-demo', 'run')).toThrow('The board is ending.');
  });
});
