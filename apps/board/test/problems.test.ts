/** What the board says when something cannot be done, in both languages. */
import { describe, expect, test } from '@jest/globals';
import { texts } from '../page/src/texts.ts';
import { ProblemError, problemOf } from '../src/problems/problem-error.ts';
import { problemText, type Problem } from '../src/problems/problem.ts';
import { refusalPage } from '../src/server/refusal-page.ts';

const problems: Readonly<Record<Problem['code'], Problem>> = {
  'no-fault': { code: 'no-fault', name: 'x-1' },
  'fault-started': { code: 'fault-started', name: 'x-1' },
  'fault-not-started': { code: 'fault-not-started', name: 'x-1' },
  'fault-in-progress': { code: 'fault-in-progress', name: 'x-1' },
  'not-undone': { code: 'not-undone', parts: ['x-1'] },
  'no-lesson': { code: 'no-lesson' },
  'no-action': { code: 'no-action' },
  'lesson-in-progress': { code: 'lesson-in-progress', id: 'x-1' },
  'no-step-waits': { code: 'no-step-waits' },
  'bad-traffic': { code: 'bad-traffic', most: 40 },
  'not-here': { code: 'not-here' },
  ending: { code: 'ending' },
  starting: { code: 'starting' },
  unexpected: { code: 'unexpected' },
  'cluster-lost': { code: 'cluster-lost', context: 'x-1', reason: 'x-2' },
  'laptop-lost': { code: 'laptop-lost', folder: 'x-1', reason: 'x-2' },
  'wrong-host': { code: 'wrong-host' },
  'wrong-method': { code: 'wrong-method' },
  'other-site': { code: 'other-site' },
  'wrong-token': { code: 'wrong-token' },
  'no-session': { code: 'no-session' },
  said: { code: 'said', text: 'x-1' },
};

test.each(Object.values(problems))('$code has a text in each language, with all that it names', (problem) => {
  const { code: _code, ...values } = problem;
  const english = problemText(texts.en.problems, problem);
  const korean = problemText(texts.ko.problems, problem);
  for (const value of Object.values(values).flat()) {
    expect(english).toContain(String(value));
    expect(korean).toContain(String(value));
  }
  // What another program says is in its own words.
  if (problem.code === 'said') return;
  expect(english).not.toMatch(/[가-힣]/);
  expect(korean).toMatch(/[가-힣]/);
});

test('an error with a problem says it in English; the message of any other stays', () => {
  const error = new ProblemError(problems.ending);
  expect(error.message).toBe('The board is ending.');
  expect(problemOf(error)).toEqual({ code: 'ending' });
  expect(problemOf(new Error('Forbidden'))).toEqual({ code: 'said', text: 'Forbidden' });
});

test('a refused browser reads why in both languages', () => {
  const page = refusalPage(problems['wrong-token']);
  expect(page).toContain('The token in this address is not the one of the board that runs now.');
  expect(page).toContain('이 주소의 토큰은 지금 실행 중인 보드의 토큰이 아니다.');
});

describe('what the lessons’ runner says', () => {
  test.each([
    ['interrupted', '중단되었다'],
    ['it failed with exit code 3', '종료 코드 3(으)로 실패했다'],
    [
      'lessons/02-pod/README.md:12: not within 20 s: it printed more than expected',
      'lessons/02-pod/README.md:12: 20초 안에 되지 않았다: 예상보다 많이 출력했다',
    ],
    [
      'lessons/02-pod/proof.yaml:9, cleanup: it did not end in time, and was ended',
      'lessons/02-pod/proof.yaml:9, 정리: 제한 시간 안에 끝나지 않아 강제로 끝냈다',
    ],
    [
      'it did not print what is expected; the first line missing is: Running',
      '예상한 출력이 나오지 않았다. 처음으로 빠진 줄: Running',
    ],
    ['the sabotage itself does not work: it ended the shell', '고장을 내지 못했다: 셸을 끝냈다'],
    ['left behind: Namespace x', '남은 것: Namespace x'],
    ['the cluster did not answer: refused', '클러스터가 응답하지 않았다: refused'],
    ['no NFS client in this kernel', 'no NFS client in this kernel'],
  ])('%s', (english, korean) => {
    expect(texts.ko.lessons.problem(english)).toBe(korean);
    expect(texts.en.lessons.problem(english)).toBe(english);
  });
});
