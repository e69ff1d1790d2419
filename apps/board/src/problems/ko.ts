import type { ProblemTexts } from './problem.ts';

const reasons: Readonly<Record<string, string>> = { 'it has ended': '종료됨' };

export const problemsInKorean: ProblemTexts = {
  'no-fault': ({ name }) => `"${name}"이라는 장애는 없다.`,
  'fault-started': ({ name }) => `${name} 장애는 이미 시작되었다.`,
  'fault-not-started': ({ name }) => `"${name}" 장애는 시작되지 않았으므로 되돌릴 것이 없다.`,
  'fault-in-progress': ({ name }) => `${name} 장애가 진행 중이다. 먼저 되돌리거나 끝날 때까지 기다려 보자.`,
  'not-undone': ({ parts }) =>
    `모두 되돌리지는 못했다. npm run board -- --undo를 실행하면 다시 시도한다.\n${parts.join('\n')}`,
  'no-lesson': () => '그런 수업은 없다.',
  'no-action': () => '그런 동작은 없다.',
  'lesson-in-progress': ({ id }) => `수업 ${id}이(가) 진행 중이다. 초기화하거나 끝날 때까지 기다려 보자.`,
  'no-step-waits': () => '기다리는 단계가 없다. 단계별로 실행해 보자.',
  'bad-traffic': ({ most }) => `"on"은 true나 false, "perSecond"는 0부터 ${most}까지의 정수여야 한다.`,
  'not-here': () => '여기서는 할 수 없다.',
  ending: () => '보드가 종료되는 중이다.',
  starting: () => '보드가 시작되는 중이다.',
  unexpected: () => '보드가 요청을 처리하지 못했다.',
  'cluster-lost': ({ context, reason }) =>
    `${context}이(가) 응답하지 않는다(${reason}). 실행 중인지 확인해 보자. npm run up을 실행하면 시작된다.`,
  'laptop-lost': ({ folder, reason }) =>
    `${folder}의 데이터로 실행 중인 쇼핑몰이 없다(${reasons[reason] ?? reason}). npm start로 시작해 보자.`,
  'wrong-host': () => '보드는 localhost나 127.0.0.1로만 열 수 있다.',
  'wrong-method': () => '허용되지 않는 메서드다. GET, HEAD, POST만 허용된다.',
  'other-site': () => '보드는 자신의 페이지에서 온 요청만 처리한다.',
  'wrong-token': () => '이 주소의 토큰은 지금 실행 중인 보드의 토큰이 아니다.',
  'no-session': () => '보드가 출력한 주소를 열어 보자.',
  said: ({ text }) => text,
};
