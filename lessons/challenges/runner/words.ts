/** What the program itself says, in both languages. */
import type { Language } from '../../runner/lesson.ts';

interface Words {
  readonly symptom: string;
  readonly inShop: string;
  readonly preparing: string;
  readonly next: (id: string) => string;
  readonly notBegun: (id: string) => string;
  readonly waiting: (seconds: number) => string;
  readonly passed: string;
  readonly failed: string;
  readonly expected: string;
  readonly came: string;
  readonly nothing: string;
  readonly hint: (number: number, of: number) => string;
  readonly noMoreHints: (id: string) => string;
  readonly lessons: string;
  readonly wasReset: (id: string) => string;
  readonly solved: string;
  readonly list: string;
}

export const words: Readonly<Record<Language, Words>> = {
  en: {
    symptom: 'What is observed',
    inShop: 'changes the running shop; --reset restores it',
    preparing: 'Preparing the cluster, up to a minute',
    next: (id) =>
      `Find out why, and fix it with kubectl. Then: npm run challenge -- ${id} --check. Also: --hint, --solution, --reset`,
    notBegun: (id) => `The challenge ${id} has not been started: npm run challenge -- ${id}`,
    waiting: (seconds) => `Judging; it waits up to ${seconds} s for what is not there yet`,
    passed: 'PASS',
    failed: 'FAIL',
    expected: 'should be',
    came: 'came',
    nothing: '(nothing)',
    hint: (number, of) => `Hint ${number} of ${of}`,
    noMoreHints: (id) => `These were all hints. The solution: npm run challenge -- ${id} --solution`,
    lessons: 'More in the lessons',
    wasReset: (id) => `${id}: as at the beginning`,
    solved: 'solved',
    list: 'npm run challenge -- ID starts one',
  },
  ko: {
    symptom: '증상',
    inShop: '실행 중인 쇼핑몰을 바꾼다. --reset으로 되돌린다',
    preparing: '클러스터를 준비한다. 길면 1분쯤 걸린다',
    next: (id) =>
      `이유를 찾아 kubectl로 고쳐 보자. 다 고쳤으면 npm run challenge -- ${id} --check 를 실행한다. --hint, --solution, --reset도 있다`,
    notBegun: (id) => `챌린지 ${id}를 아직 시작하지 않았다: npm run challenge -- ${id}`,
    waiting: (seconds) => `판정한다. 아직 되지 않은 것은 ${seconds}초까지 기다린다`,
    passed: 'PASS',
    failed: 'FAIL',
    expected: '기대한 것',
    came: '실제',
    nothing: '(없음)',
    hint: (number, of) => `힌트 ${number}/${of}`,
    noMoreHints: (id) => `힌트는 여기까지다. 풀이: npm run challenge -- ${id} --solution`,
    lessons: '관련 수업',
    wasReset: (id) => `${id}: 처음 상태로 되돌렸다`,
    solved: '해결',
    list: 'npm run challenge -- ID로 시작한다',
  },
};
