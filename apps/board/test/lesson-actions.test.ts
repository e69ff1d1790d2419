import { afterEach, expect, test } from '@jest/globals';
import { Scene } from '../src/scene/scene.ts';
import { startBoard, type Board } from '../src/server/create-board.ts';
import { LessonRefusedError, type LessonPage, type LessonRunner } from '../src/server/lessons.ts';
import { fakePage } from './support/page.ts';

const lesson: LessonPage = {
  id: '02-pod',
  title: 'Pod',
  touches: 'namespace',
  sabotage: { before: 1, script: 'true' },
  parts: [],
};
const done: string[] = [];
const runner: LessonRunner = {
  start(id, mode) {
    if (mode === 'break') throw new LessonRefusedError({ code: 'lesson-in-progress', id: '03-yaml' });
    done.push(`${mode} ${id}`);
  },
  next: (id) => void done.push(`next ${id}`),
  reset: async (id) => void done.push(`reset ${id}`),
  close: async () => undefined,
};

let board: Board | undefined;
afterEach(async () => {
  await board?.close();
  done.length = 0;
});

/** @returns the status of an action that the page requests, and the message and problem of a refusal. */
async function post(path: string, runs: boolean): Promise<readonly [number, object?]> {
  using page = fakePage();
  const lessons = async () => ({
    ...(runs ? { runner } : {}),
    list: () => [],
    page: (id: string) => (id === lesson.id ? lesson : undefined),
  });
  board = await startBoard({ port: 0, token: 't', pageFolder: page.folder, scene: new Scene(), lessons });
  const origin = `http://localhost:${board.port}`;
  const entered = await fetch(`${origin}/?token=t`, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const headers = { cookie, origin, 'content-type': 'application/json' };
  const response = await fetch(`${origin}/api/lessons/${path}`, { method: 'POST', headers, body: '{}' });
  const text = await response.text();
  return text === '' ? [response.status] : [response.status, JSON.parse(text) as object];
}

test.each(['run', 'step', 'next', 'reset'])('%s is an action of a lesson', async (action) => {
  expect(await post(`02-pod/${action}`, true)).toEqual([204]);
  expect(done).toEqual([`${action} 02-pod`]);
});

test('what cannot be done now is refused with the reason', async () => {
  expect(await post('02-pod/break', true)).toEqual([
    409,
    {
      message: 'Lesson 03-yaml is in progress: reset it, or wait until it ends.',
      problem: { code: 'lesson-in-progress', id: '03-yaml' },
    },
  ]);
});

test('without a cluster nothing is run', async () => {
  expect(await post('02-pod/run', false)).toEqual([
    409,
    { message: 'This cannot be done here.', problem: { code: 'not-here' } },
  ]);
});

test.each([
  '03-none/run',
  '02-pod/delete',
  '02-pod/$(reboot)',
  '02-pod/__proto__',
  '..%2f02-pod/run',
  '02-pod%00/run',
])('%s is neither a lesson nor an action', async (path) => {
  const [status] = await post(path, true);
  expect([400, 404]).toContain(status);
  expect(done).toEqual([]);
});
