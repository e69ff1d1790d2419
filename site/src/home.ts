/** The first page. */
import { stringify } from 'yaml';
import type { CourseGroup } from './site-map.ts';
import type { Language } from '../../lessons/runner/lesson.ts';

interface Feature {
  readonly title: string;
  readonly details: string;
  readonly link: string;
}

const texts = {
  en: {
    name: 'Kubernetes, by a shop that runs',
    tagline: (lessons: number) =>
      `${lessons} concepts, a page each: type the commands, compare what they print, and see what goes wrong without it. A program runs the same pages on a live cluster.`,
    start: 'Start the course',
    challenges: 'Find the fault',
    shop: 'The shop',
    features: [
      {
        title: 'A path',
        details:
          'From the first container to circuit breakers, in nine groups. Your progress stays in this browser.',
        link: '/lessons/',
      },
      {
        title: 'Challenges',
        details: 'Something is broken, and you know only the symptom. Fix it with kubectl; a program judges.',
        link: '/challenges/',
      },
      {
        title: 'The shop behind it',
        details:
          'Two services, an ambassador beside each, a MongoDB replica set, and what clients see when a part fails.',
        link: '/overview',
      },
    ],
  },
  ko: {
    name: '움직이는 쇼핑몰로 배우는 쿠버네티스',
    tagline: (lessons: number) =>
      `개념 ${lessons}개를 한 페이지에 하나씩 다룬다. 명령을 입력해 출력을 비교하고, 없으면 어떤 일이 생기는지 본다. 같은 문서를 프로그램이 실제 클러스터에서 실행해 확인한다.`,
    start: '수업 시작하기',
    challenges: '고장 찾기',
    shop: '쇼핑몰 살펴보기',
    features: [
      {
        title: '배우는 길',
        details:
          '첫 컨테이너부터 서킷 브레이커까지 아홉 묶음으로 나누었다. 어디까지 했는지는 이 브라우저에 남는다.',
        link: '/ko/lessons/',
      },
      {
        title: '챌린지',
        details: '무언가 고장 났고 증상만 알 수 있다. kubectl로 고치면 프로그램이 판정한다.',
        link: '/ko/challenges/',
      },
      {
        title: '쇼핑몰',
        details:
          '서비스 두 개와 그 곁의 앰배서더, MongoDB 복제 세트. 일부가 고장 나면 클라이언트가 무엇을 받는지 보여 준다.',
        link: '/ko/overview',
      },
    ],
  },
} as const satisfies Record<Language, { readonly features: readonly Feature[] } & Record<string, unknown>>;

export function homeMarkdown(language: Language, groups: readonly CourseGroup[]): string {
  const { name, tagline, start, challenges, shop, features } = texts[language];
  const base = language === 'en' ? '' : `/${language}`;
  const lessons = groups.flatMap((group) => group.lessons).length;
  const front = {
    layout: 'home',
    hero: {
      name,
      tagline: tagline(lessons),
      actions: [
        { theme: 'brand', text: start, link: `${base}/lessons/` },
        { theme: 'alt', text: challenges, link: `${base}/challenges/` },
        { theme: 'alt', text: shop, link: `${base}/overview` },
      ],
    },
    features,
  };
  return `---\n${stringify(front)}---\n\n<CoursePath home />\n`;
}
