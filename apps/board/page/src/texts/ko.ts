import { problemsInKorean } from '../../../src/problems/ko.ts';
import type { Texts } from './shape.ts';

const list = (names: readonly string[]): string => names.join(', ');
const number = (count: number): string => count.toLocaleString('ko');

const reasons: Readonly<Record<string, string>> = {
  'circuit-open': '서킷 브레이커가 열려 있어 요청을 보내지 않았다',
  unreachable: '연결할 수 없다',
  timeout: '제한 시간을 넘겼다',
  overloaded: '처리 중인 요청이 너무 많다',
  'upstream-error': '오류로 응답했다',
};

type Translations = readonly (readonly [RegExp, string])[];
const translated =
  (known: Translations) =>
  (text: string): string => {
    const [pattern, korean] = known.find(([pattern]) => pattern.test(text)) ?? [];
    return pattern === undefined || korean === undefined ? text : text.replace(pattern, korean);
  };
const criteria: Translations = [
  [/^no requests fail$/, '실패하는 요청이 없다'],
  [/^reads go on$/, '읽기 요청이 계속 처리된다'],
  [/^at most (\d+) requests fail$/, '실패하는 요청은 많아야 $1개다'],
  [/^product’s availability is 100 %$/, 'product의 가용성이 100%다'],
  [/^product’s p99 stays below ([\d.]+) s, .*$/, 'product의 p99가 앰배서더의 제한 시간인 $1초를 넘지 않는다'],
  [
    /^product’s p99 is within 20 % .* within ([\d.]+) s$/,
    'product의 p99가 $1초 안에 평소 수준(20% 또는 10ms 이내)으로 돌아온다',
  ],
  [/^no fallbacks while it lasts$/, '장애가 이어지는 동안 폴백이 없다'],
  [/^no fallbacks$/, '폴백이 없다'],
  [/^at most (\d+) fallbacks$/, '폴백은 많아야 $1개다'],
  [/^service is restored within ([\d.]+) s$/, '$1초 안에 정상으로 돌아온다'],
  [/^the breaker is seen open, half-open, closed$/, '브레이커가 열림, 반개방, 닫힘을 차례로 거친다'],
  [/^the breaker is seen open$/, '브레이커가 열린다'],
  [/^no container restarts$/, '다시 시작되는 것이 없다'],
  [/^no container restarts but .*$/, '그 밖에 다시 시작되는 것이 없다'],
];
const findings: Translations = [
  [/^none$/, '없음'],
  [/^(\d+) ms after ([\d.]+) s, normal is up to (\d+) ms$/, '$2초 뒤 $1 ms, 평소 최대 $3 ms'],
  [/^(\d+) of (\d+): /, '$2개 중 $1개: '],
  [/^open (\d+)×, half-open (\d+)×, closed (\d+)×$/, '열림 $1번, 반개방 $2번, 닫힘 $3번'],
  [/^([\d.]+) s$/, '$1초'],
];

/** What the lessons' runner says. */
const lessonProblems: Translations = [
  [/^it did not end in time, and was ended$/, '제한 시간 안에 끝나지 않아 강제로 끝냈다'],
  [/^interrupted$/, '중단되었다'],
  [/^it ended the shell$/, '셸을 끝냈다'],
  [/^it should have failed, and did not$/, '실패해야 하는데 실패하지 않았다'],
  [/^it failed with exit code (\d+)$/, '종료 코드 $1(으)로 실패했다'],
  [
    /^it did not print what is expected; the first line missing is: (.*)$/,
    '예상한 출력이 나오지 않았다. 처음으로 빠진 줄: $1',
  ],
  [/^it printed more than expected$/, '예상보다 많이 출력했다'],
  [/^left behind: (.*)$/, '남은 것: $1'],
  [/^gone: (.*)$/, '사라진 것: $1'],
  [/^changed: (.*)$/, '바뀐 것: $1'],
  [/^the cluster did not answer: /, '클러스터가 응답하지 않았다: '],
];
/** What may stand before one: where it happened, and within which time it was tried again. */
const lessonPlaces: Translations = [
  [/^(\S+\.(?:md|yaml):\d+), cleanup: /, '$1, 정리: '],
  [/^(\S+\.(?:md|yaml):\d+): /, '$1: '],
  [/^not within ([\d.]+) s: /, '$1초 안에 되지 않았다: '],
  [/^the sabotage itself does not work: /, '고장을 내지 못했다: '],
];
const lessonProblem = (text: string): string => {
  for (const [pattern, korean] of lessonPlaces) {
    const [place] = pattern.exec(text) ?? [];
    if (place !== undefined) return place.replace(pattern, korean) + lessonProblem(text.slice(place.length));
  }
  return translated(lessonProblems)(text);
};

const breakerStates: Readonly<Record<string, string>> = {
  closed: '닫힘',
  open: '열림',
  'half-open': '반개방',
};

const untrusted = '인증서를 신뢰할 수 없다. npm run up을 실행한 디렉터리에서 보드를 시작해 보자';
const failures: Readonly<Record<string, string>> = {
  ECONNREFUSED: '연결을 받는 프로그램이 없다(ECONNREFUSED)',
  ECONNRESET: '연결이 끊어졌다(ECONNRESET)',
  ABORT_ERR: '5초 안에 응답이 없다',
  TimeoutError: '5초 안에 응답이 없다',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
};

export const ko: Texts = {
  locale: 'ko',
  problems: problemsInKorean,
  title: '쇼핑몰',
  platform: { laptop: '노트북', kind: 'kind 클러스터' },
  nav: { label: '페이지', shop: '쇼핑몰', lessons: '수업' },
  language: 'English',
  theme: { label: '화면 테마', auto: '자동', light: '밝게', dark: '어둡게' },
  skip: '본문으로 건너뛰기',
  targetState: { connecting: '연결 중', live: '실시간', lost: '보이지 않음', replay: '녹화본' },
  connection: {
    lost: '보드와 연결이 끊어졌다. 지금 보이는 것은 마지막으로 확인한 상태다. 연결은 자동으로 복구된다.',
    refused:
      '보드가 다시 시작되었다. 터미널에 출력된 새 주소로 열어 보자. npm run shop -- status도 주소를 출력한다.',
  },
  headline: {
    connecting: '쇼핑몰을 찾는 중 …',
    lost: '쇼핑몰의 상태를 확인할 수 없다.',
    works: '쇼핑몰이 정상이다.',
    worksNoTraffic: '쇼핑몰이 준비되어 있다.',
    recovering: '쇼핑몰이 복구되고 있다.',
    fails: (all) => (all ? '요청이 실패하고 있다.' : '일부 요청이 실패하고 있다.'),
    fallback: () => '쇼핑몰은 폴백으로 계속 응답한다.',
    down: (names) => `${list(names)} 서비스가 실행되고 있지 않다.`,
    noTrafficHint: '트래픽을 켜면 요청의 흐름이 보인다.',
    worksDetail: (perSecond, p50) =>
      `초당 요청 ${number(perSecond)}개가 모두 실시간 데이터로 응답된다${p50 === undefined ? '' : ` (절반은 ${p50} 이내)`}.`,
    notReady: (names) => `${list(names)} 서비스의 일부가 준비되지 않았다.`,
    breakerOpen: (from, to) => `${from} → ${to} 서킷 브레이커가 열려 있어, 응답을 기다리지 않는다.`,
    nothingFails: '실패한 요청은 없다.',
    failing: (share) => `요청의 ${share}가 상품을 받지 못한다.`,
  },
  picture: {
    title: '요청의 흐름',
    where: '실행 위치',
    thisMachine: '이 컴퓨터',
    clients: '클라이언트',
    roles: { entry: '진입점', service: '서비스', store: '데이터베이스' },
    perSecond: (count) => `초당 ${number(count)}개`,
    noTraffic: '트래픽 없음',
    readyOf: (ready, wanted) =>
      wanted === 1 ? (ready === 1 ? '준비됨' : '준비 안 됨') : `${wanted}개 중 ${ready}개 준비됨`,
    sidecar: '사이드카',
    restarts: (count) => `재시작 ${number(count)}회`,
    primary: '프라이머리',
    secondary: '세컨더리',
    nodeReady: '준비됨',
    nodeLost: '응답 없음',
    cordoned: '스케줄링 차단됨(cordon)',
    controlPlane: '컨트롤 플레인',
    zone: (name) => `영역 ${name}`,
    unplaced: '아직 노드에 배치되지 않음',
    empty: '실행 중인 것이 없다.',
    pods: (count) => `파드 ${number(count)}개`,
    process: (pid) => `프로세스 ${pid}`,
    volume: '볼륨',
    updated: (updated, wanted) => `${wanted}개 중 ${updated}개 교체됨`,
  },
  unitState: {
    pending: '대기 중',
    starting: '시작 중',
    ready: '준비됨',
    waiting: '곧 재시작',
    stopping: '종료 중',
    stopped: '중지됨',
    done: '완료',
    failed: '실패',
  },
  workload: { steady: '안정', changing: '변경 중', done: '완료', failed: '실패' },
  breaker: {
    state: { closed: '닫힘', open: '열림', 'half-open': '반개방' },
    hint: { closed: '요청 통과', open: '요청 차단', 'half-open': '확인 요청 1개' },
    label: (from, to, state) => `${from}에서 ${to}로 가는 서킷 브레이커: ${state}`,
    nextTrial: (seconds) => `${seconds}초 뒤 확인 요청`,
    counts: (requests, failures) => `${number(requests)}건 중 실패 ${number(failures)}`,
    rejects: (count) => `보내지 않은 요청 ${number(count)}`,
    some: (open, all) => `${all}개 중 ${open}개`,
    missing: '앰배서더 없음',
  },
  traffic: {
    title: '트래픽',
    on: '요청 보내기',
    rate: '초당 요청 수',
    perSecond: (count) => `${count}/초`,
    live: '실시간',
    fallback: '폴백',
    failed: '실패',
    availability: '가용성',
    since: '보드를 연 뒤부터',
    p50: 'p50',
    p99: 'p99',
    none: '–',
    failure: (why) => `최근 실패: ${failures[why] ?? (/^\d/.test(why) ? `상태 코드 ${why}` : why)}`,
    summary: (live, fallback, failed) =>
      `최근 10초: 실시간 ${number(live)}, 폴백 ${number(fallback)}, 실패 ${number(failed)}.`,
    now: '최근 10초',
  },
  faults: {
    title: '장애 일으키기',
    hint: '이 페이지를 닫으면 모두 원래대로 돌아간다.',
    start: '시작',
    undo: '되돌리기',
    state: {
      starting: '시작하는 중 …',
      active: '진행 중',
      undoing: '되돌리는 중 …',
      recovering: '되돌렸다. 쇼핑몰이 회복하는 중 …',
      failed: '실행하지 못함',
    },
    activeFor: (seconds) => `${seconds}초째`,
    lasted: (from, to, seconds) => `${from}부터 ${to}까지 ${seconds}초`,
    mustHold: '지켜져야 하는 것',
    verdict: { holds: '모두 지켜졌다.', fails: '지켜지지 않은 것이 있다.', unknown: '판정할 수 없다:' },
    why: {
      'no-traffic': '그동안 보낸 요청이 없다.',
      disturbed: '다른 장애가 함께 있었다.',
      'not-clean': '시작하기 전에 이미 오류나 폴백이 있었다.',
      'too-short': '모두 확인하기 전에 되돌렸다.',
    },
    criterion: translated(criteria),
    found: translated(findings),
    holds: '지켜짐',
    fails: '지켜지지 않음',
    notYet: '아직 모름',
    expected: '클라이언트가 보는 것',
    outcome: (live, fallback, failed) =>
      `그동안의 응답: 실시간 ${number(live)}, 폴백 ${number(fallback)}, 실패 ${number(failed)}.`,
    names: {
      'stop-user': {
        title: 'user 중지',
        clientSees: '상품은 모두 조회되고, 판매자 정보만 폴백으로 바뀐다. 실패하는 요청은 없다.',
      },
      'stop-product': {
        title: 'product 중지',
        clientSees: '다시 시작될 때까지 상품 요청이 503으로 실패한다.',
      },
      'stop-product-ambassador': {
        title: 'product의 앰배서더 중지',
        clientSees: '상품은 모두 조회되고, 판매자 정보만 폴백으로 바뀐다.',
      },
      'kill-user': {
        title: 'user 강제 종료',
        clientSees:
          'user가 다시 시작되고 브레이커가 닫힐 때까지 몇 초 동안 폴백이 섞인다. 실패하는 요청은 없다.',
      },
      'kill-product': { title: 'product 강제 종료', clientSees: '1초 남짓 요청이 실패한다.' },
      'user-gone': {
        title: 'user 파드를 모두 없앤다',
        clientSees: '상품은 모두 조회되고 판매자 정보만 폴백으로 바뀐다. /user 요청은 503이다.',
      },
      'rolling-update-user': { title: 'user 롤링 업데이트', clientSees: '아무 변화도 없다.' },
      'rolling-update-product': { title: 'product 롤링 업데이트', clientSees: '아무 변화도 없다.' },
      'rolling-update-ambassador': {
        title: '두 서비스의 앰배서더 이미지를 한꺼번에 교체',
        clientSees: '아무 변화도 없다.',
      },
      'rolling-update-traefik': { title: '인그레스 컨트롤러 롤링 업데이트', clientSees: '아무 변화도 없다.' },
      'certificate-rotation': {
        title: '인그레스 인증서 교체',
        clientSees: '아무 변화도 없다. 새 연결에는 새 인증서가 쓰이고, 기존 연결은 유지된다.',
      },
      'pod-delete': {
        title: 'product 파드 하나를 유예 시간을 두고 삭제',
        clientSees: '아무 변화도 없다. 남은 파드가 요청을 처리하는 동안 파드가 종료된다.',
      },
      'pod-kill': {
        title: 'product 파드 하나를 유예 시간 없이 종료',
        clientSees:
          '그 파드에서 처리 중이던 요청이 실패하고, 인그레스가 파드를 제외할 때까지 몇 개가 더 실패한다.',
      },
      'container-kill-app': {
        title: 'product의 앱 컨테이너 강제 종료',
        clientSees: '처리 중이던 요청이 실패하고, 인그레스가 파드를 제외할 때까지 몇 개가 더 실패한다.',
      },
      'container-kill-ambassador': {
        title: 'product의 앰배서더 강제 종료',
        clientSees: '이 파드의 응답에서 잠시 판매자 정보가 폴백으로 바뀐다.',
      },
      'container-kill-log-sidecar': { title: '로그 사이드카 강제 종료', clientSees: '아무 변화도 없다.' },
      'container-kill-adapter': {
        title: '어댑터 강제 종료',
        clientSees: '아무 변화도 없다. 쇼핑몰은 공급업체에 의존하지 않는다.',
      },
      'network-partition-user': {
        title: 'product에서 user로 가는 네트워크 차단',
        clientSees: '판매자 정보가 폴백으로 바뀌고, 브레이커가 열리면 곧바로 응답한다. /user는 정상이다.',
      },
      'network-partition-mongo': {
        title: 'product에서 데이터베이스로 가는 네트워크 차단',
        clientSees: '/product는 Retry-After와 함께 503이다. /user는 상품 목록을 폴백으로 응답한다.',
      },
      'dns-error': {
        title: 'CoreDNS를 없앤다',
        clientSees: '거의 변화가 없다. 앰배서더가 user의 주소를 기억하고 있어 가끔만 폴백이 섞인다.',
      },
      'wrong-configuration': {
        title: 'product를 잘못된 설정으로 롤아웃',
        clientSees: '아무 변화도 없다. 롤아웃은 첫 파드에서 멈추고 기존 파드가 요청을 처리한다.',
      },
      'disk-fill': {
        title: 'product 파드의 로그 볼륨을 가득 채운다',
        clientSees: 'kubelet이 파드를 축출할 때 몇 개가 실패하고, 교체될 때까지 남은 파드가 처리한다.',
      },
      'control-plane-stopped': {
        title: '컨트롤 플레인을 1분 동안 중지',
        clientSees:
          '거의 변화가 없다. 실행 중인 것은 계속되고, 변경만 미뤄진다. 그동안 보드는 상태를 볼 수 없다.',
      },
      'wrong-start-order': {
        title: '데이터베이스를 가장 늦게, 모두 새로 시작',
        clientSees: '데이터베이스가 준비될 때까지 503이고, 그 뒤에는 재시작 없이 모두 정상이 된다.',
      },
      'kill-front-door': { title: 'front-door 강제 종료', clientSees: '1초 남짓 요청이 실패한다.' },
    },
    none: '녹화본에는 장애를 일으킬 수 없다.',
  },
  events: { title: '일어난 일', none: '아직 없다.' },
  event: {
    'unit-created': (subject) => `${subject} 생성됨`,
    'unit-ready': (subject) => `${subject} 준비됨`,
    'unit-not-ready': (subject, detail) => `${subject} 준비 안 됨${detail && ` (${detail})`}`,
    'unit-restarted': (subject, detail) =>
      !detail || detail === subject ? `${subject} 비정상 종료` : `${subject}의 ${detail} 비정상 종료`,
    'unit-stopping': (subject) => `${subject} 종료 시작`,
    'unit-gone': (subject) => `${subject} 사라짐`,
    'breaker-open': (subject) => `브레이커 ${subject} 열림`,
    'breaker-closed': (subject) => `브레이커 ${subject} 닫힘`,
    'place-lost': (subject) => `노드 ${subject} 응답 없음`,
    'place-ready': (subject) => `노드 ${subject} 준비됨`,
    'place-cordoned': (subject) => `노드 ${subject} 스케줄링 차단`,
    'place-uncordoned': (subject) => `노드 ${subject} 스케줄링 재개`,
    primary: (subject) => `${subject}이(가) 새 프라이머리`,
    scaled: (subject, detail) => `${subject} 스케일 ${detail}`,
    rollout: (subject) => `${subject} 교체 시작`,
    'rollout-done': (subject) => `${subject} 교체 완료`,
    'fault-started': (subject) => `장애 시작: ${subject}`,
    'fault-ended': (subject) => `장애 종료: ${subject}`,
    'fault-left': (subject) => `강제 종료된 보드가 남긴 장애를 되돌린다: ${subject}`,
    'target-lost': () => '쇼핑몰의 상태를 볼 수 없음',
    'target-live': () => '쇼핑몰의 상태가 보임',
  },
  request: {
    title: '요청 하나 따라가기',
    hint: '상품 하나를 조회하고, 추적 ID로 쇼핑몰 안의 경로를 따라간다.',
    send: '요청 하나 보내기',
    sending: '보내는 중 …',
    client: '클라이언트',
    notReached: '도달하지 않음',
    noLines: '이 요청에 대한 로그가 없다.',
    lines: '로그',
    trace: '추적 ID',
    outcome: (outcome, status) =>
      outcome === 'live'
        ? `${status}: 상품과 판매자 정보를 모두 받았다`
        : outcome === 'fallback'
          ? `${status}: 상품은 받았고, 판매자 정보는 폴백이다`
          : status === 0
            ? '응답 없음'
            : `${status}: 상품을 받지 못했다`,
    reason: (reason) => reasons[reason] ?? reason,
    failed: '요청을 보내지 못했다.',
    columns: { program: '프로그램', time: '시간', what: '한 일' },
    called: (service, why) => `${service} 호출: ${why}`,
    answered: (status) => `${status} 응답`,
    attempt: (number) => (number === 1 ? '시도' : '재시도'),
    breaker: (state) => `브레이커 ${breakerStates[state] ?? state}`,
    fallback: (why) => `폴백: ${why}`,
  },
  lessons: {
    title: '수업',
    choose: '개념마다 한 쪽씩이다. 하나를 골라 보자.',
    readOnly:
      '명령을 실행하려면 클러스터가 필요하다. npm run up으로 클러스터를 만들고 npm run board -- --target kind로 보드를 열면 이 페이지에서 실행할 수 있다.',
    expected: '출력',
    cleanup: '정리',
    step: '단계',
    none: '여기에는 수업이 없다.',
    next: '다음',
    previous: '이전',
    touches: {
      nothing: '아무것도 바꾸지 않는다.',
      namespace: '네임스페이스를 새로 만들어 그 안에서 진행하고, 끝나면 지운다.',
      shop: '쇼핑몰을 바꾸고, 끝나면 되돌린다.',
      nodes: '클러스터의 노드를 바꾸고, 끝나면 되돌린다.',
    },
    action: {
      run: '실행하기',
      step: '단계별로 실행',
      next: '다음 단계',
      break: '고장 내기',
      reset: '초기화',
    },
    state: {
      running: (step) => `${step}단계를 실행하는 중 …`,
      waiting: (step) => `다음은 ${step}단계다.`,
      undoing: () => '정리하는 중 …',
    },
    verdict: {
      passed: '통과: 모두 설명대로였다.',
      failed: '실패.',
      noticed: '고장을 냈고, 수업이 알아챘다.',
      'not-noticed': '고장을 냈지만, 수업이 알아채지 못했다.',
      'not-proven': '설명대로였지만, 이 클러스터로는 증명할 수 없다.',
      stopped: '끝나기 전에 중단했다.',
    },
    printed: (seconds) => `${seconds}초 뒤 출력`,
    problem: lessonProblem,
  },
};
