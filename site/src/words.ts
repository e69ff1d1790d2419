/** What the site says in addition to the pages, in both languages. */
import type { Language } from '../../lessons/runner/lesson.ts';

interface Words {
  readonly passed: string;
  readonly failed: string;
  readonly notProven: string;
  readonly notRun: string;
  readonly run: (seconds: string, day: string, commit: string) => string;
  readonly printed: (seconds: string) => string;
  readonly objects: string;
  /** Below the title of a lesson: what its commands need. */
  readonly byHand: string;
  readonly course: string;
  readonly challenges: string;
  readonly shop: string;
  readonly reports: Readonly<Record<string, string>>;
  readonly allReports: string;
  readonly symptom: string;
  readonly hint: (number: number) => string;
  readonly solution: string;
  readonly inShop: string;
  readonly related: string;
  readonly folder: string;
  readonly documents: string;
  readonly parts: string;
  readonly decisions: string;
  readonly overview: string;
}

export const words: Readonly<Record<Language, Words>> = {
  en: {
    passed: 'passed',
    failed: 'failed',
    notProven: 'not proven here',
    notRun: 'not in the last run',
    run: (seconds, day, commit) => `in ${seconds} s on ${day}, commit ${commit}`,
    printed: (seconds) => `What the last run printed (${seconds} s)`,
    objects: 'The objects at this point of the last run',
    byHand:
      'Copy the commands into bash or zsh, at the root of the repository, while the shop runs: [how to begin](../README.md#by-hand).',
    course: 'Course',
    challenges: 'Challenges',
    shop: 'The shop',
    reports: { lessons: 'Lessons', chaos: 'Chaos tests' },
    allReports: 'Last runs',
    symptom: 'What is observed',
    hint: (number) => `Hint ${number}`,
    solution: 'Solution',
    inShop: 'Changes the running shop; <code>--reset</code> restores it.',
    related: 'Lessons',
    folder: 'Folder of the repository',
    documents: 'Documents',
    parts: 'Parts',
    decisions: 'Decisions',
    overview: 'Overview',
  },
  ko: {
    passed: '통과',
    failed: '실패',
    notProven: '이 클러스터에서는 증명할 수 없음',
    notRun: '마지막 실행에 없음',
    run: (seconds, day, commit) => `${day}, ${seconds}초, 커밋 ${commit}`,
    printed: (seconds) => `마지막 실행의 출력 (${seconds}초)`,
    objects: '마지막 실행에서 이 시점의 오브젝트',
    byHand:
      '쇼핑몰을 실행한 뒤, 리포지터리의 최상위 폴더에서 bash나 zsh에 명령을 복사해 실행한다. [시작하는 방법](../README.ko.md#직접-해-보기)',
    course: '수업',
    challenges: '챌린지',
    shop: '쇼핑몰',
    reports: { lessons: '수업', chaos: '카오스 테스트' },
    allReports: '마지막 실행',
    symptom: '증상',
    hint: (number) => `힌트 ${number}`,
    solution: '풀이',
    inShop: '실행 중인 쇼핑몰을 바꾼다. <code>--reset</code>으로 되돌린다.',
    related: '관련 수업',
    folder: '리포지터리의 폴더',
    documents: '문서',
    parts: '구성 요소',
    decisions: '결정 기록',
    overview: '개요',
  },
};
