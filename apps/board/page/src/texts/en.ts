import { problemsInEnglish } from '../../../src/problems/en.ts';
import type { Texts } from './shape.ts';

const list = (names: readonly string[]): string => new Intl.ListFormat('en').format(names);
const number = (count: number): string => count.toLocaleString('en');
const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;

const reasons: Readonly<Record<string, string>> = {
  'circuit-open': 'the breaker is open: it did not try',
  unreachable: 'it cannot be reached',
  timeout: 'it took too long',
  overloaded: 'too many requests are in progress',
  'upstream-error': 'it answered with an error',
};

/** The catalogue's words, where readers of the page would stumble. */
const criteria: Readonly<Record<string, string>> = {
  'no container restarts': 'nothing restarts',
};
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const untrusted = 'its certificate is not trusted here: start the board where npm run up was run';
const failures: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  ECONNRESET: 'the connection broke (ECONNRESET)',
  ABORT_ERR: 'no response within 5 s',
  TimeoutError: 'no response within 5 s',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
};

export const en: Texts = {
  locale: 'en',
  problems: problemsInEnglish,
  title: 'The shop',
  platform: { laptop: 'laptop', kind: 'kind cluster' },
  nav: { label: 'Pages', shop: 'Shop', lessons: 'Lessons' },
  language: '한국어',
  theme: { label: 'Theme', auto: 'Auto', light: 'Light', dark: 'Dark' },
  skip: 'Skip to the content',
  targetState: { connecting: 'connecting', live: 'live', lost: 'not seen', replay: 'recording' },
  connection: {
    lost: 'The connection to the board is lost. What you see is the last that was known. It reconnects by itself.',
    refused:
      'The board has been started again. Open the address in its terminal; npm run shop -- status prints it again.',
  },
  headline: {
    connecting: 'Looking for the shop …',
    lost: 'The shop cannot be seen.',
    works: 'The shop works.',
    worksNoTraffic: 'The shop is ready.',
    recovering: 'The shop recovers.',
    fails: (all) => (all ? 'Requests fail.' : 'Some requests fail.'),
    fallback: () => 'The shop works, with a fallback.',
    down: (names) => `${list(names)} ${names.length === 1 ? 'is' : 'are'} not running.`,
    noTrafficHint: 'Switch the traffic on to see requests.',
    worksDetail: (perSecond, p50) =>
      `${plural(perSecond, 'request')} a second, all answered live${p50 === undefined ? '' : `, half of them within ${p50}`}.`,
    notReady: (names) => `${list(names)} ${names.length === 1 ? 'is' : 'are'} not ready.`,
    breakerOpen: (from, to) => `${from} no longer waits for ${to}: the breaker is open.`,
    nothingFails: 'Nothing fails.',
    failing: (share) => `${share} of the requests get no product.`,
  },
  picture: {
    title: 'How requests flow',
    where: 'Where it runs',
    thisMachine: 'This machine',
    clients: 'Clients',
    roles: { entry: 'entry', service: 'service', store: 'database' },
    perSecond: (count) => `${number(count)} a second`,
    noTraffic: 'no traffic',
    readyOf: (ready, wanted) =>
      wanted === 1 ? (ready === 1 ? 'ready' : 'not ready') : `${ready} of ${wanted} ready`,
    sidecar: 'sidecar',
    restarts: (count) => plural(count, 'restart'),
    primary: 'primary',
    secondary: 'secondary',
    nodeReady: 'ready',
    nodeLost: 'not ready',
    cordoned: 'cordoned: takes no new pods',
    controlPlane: 'control plane',
    zone: (name) => (name.startsWith('zone') ? name : `zone ${name}`),
    unplaced: 'Not on a node yet',
    empty: 'Nothing runs here.',
    pods: (count) => plural(count, 'pod'),
    process: (pid) => `process ${pid}`,
    volume: 'volume',
    updated: (updated, wanted) => `${updated} of ${wanted} replaced`,
  },
  unitState: {
    pending: 'pending',
    starting: 'starting',
    ready: 'ready',
    waiting: 'restarts soon',
    stopping: 'stopping',
    stopped: 'stopped',
    done: 'done',
    failed: 'failed',
  },
  workload: { steady: 'steady', changing: 'changing', done: 'done', failed: 'failed' },
  breaker: {
    state: { closed: 'closed', open: 'open', 'half-open': 'half-open' },
    hint: { closed: 'requests pass', open: 'nothing passes', 'half-open': 'one trial' },
    label: (from, to, state) => `Breaker from ${from} to ${to}: ${state}`,
    nextTrial: (seconds) => `next trial in ${seconds}\u00a0s`,
    counts: (requests, failures) => `${number(failures)} of ${number(requests)} failed`,
    rejects: (count) => `${number(count)} not tried`,
    some: (open, all) => `${open} of ${all}`,
    missing: 'no ambassador',
  },
  traffic: {
    title: 'Traffic',
    on: 'Send requests',
    rate: 'Requests a second',
    perSecond: (count) => `${count}/s`,
    live: 'Live',
    fallback: 'Fallback',
    failed: 'Failed',
    availability: 'Available',
    since: 'since the board was opened',
    p50: 'p50',
    p99: 'p99',
    none: '–',
    failure: (why) => `Latest failure: ${failures[why] ?? (/^\d/.test(why) ? `status ${why}` : why)}.`,
    summary: (live, fallback, failed) =>
      `In the last ten seconds: ${number(live)} live, ${number(fallback)} fallback, ${number(failed)} failed.`,
    now: 'last 10 s',
  },
  faults: {
    title: 'Break it',
    hint: 'Closing this page repairs everything.',
    start: 'Start',
    undo: 'Undo',
    state: {
      starting: 'starting …',
      active: 'active',
      undoing: 'undoing …',
      recovering: 'undone, the shop recovers …',
      failed: 'could not be done',
    },
    activeFor: (seconds) => `for ${seconds} s`,
    lasted: (from, to, seconds) => `${from} to ${to}, ${seconds} s`,
    mustHold: 'What must hold',
    verdict: { holds: 'All of it held.', fails: 'Not all of it held.', unknown: 'No verdict:' },
    why: {
      'no-traffic': 'no requests were sent meanwhile.',
      disturbed: 'something else was broken at the same time.',
      'not-clean': 'clients saw errors or fallbacks before.',
      'too-short': 'it was undone too soon to see all of it.',
    },
    criterion: (text) =>
      sentence(criteria[text] ?? text.replace(/^no container restarts but .*$/, 'nothing else restarts')),
    found: (text) => text,
    holds: 'held',
    fails: 'did not hold',
    notYet: 'not known yet',
    expected: 'Clients see',
    outcome: (live, fallback, failed) =>
      `Clients saw ${number(live)} live, ${number(fallback)} fallback, ${number(failed)} failed.`,
    names: {},
    none: 'A recording cannot be broken.',
  },
  events: { title: 'What happened', none: 'Nothing yet.' },
  event: {
    'unit-created': (subject) => `${subject} is created`,
    'unit-ready': (subject) => `${subject} is ready`,
    'unit-not-ready': (subject, detail) => `${subject} is not ready${detail && `: ${detail}`}`,
    'unit-restarted': (subject, detail) =>
      !detail || detail === subject ? `${subject} crashed` : `${detail} of ${subject} crashed`,
    'unit-stopping': (subject) => `${subject} stops`,
    'unit-gone': (subject) => `${subject} is gone`,
    'breaker-open': (subject) => `Breaker ${subject} opens`,
    'breaker-closed': (subject) => `Breaker ${subject} closes`,
    'place-lost': (subject) => `Node ${subject} is lost`,
    'place-ready': (subject) => `Node ${subject} is ready`,
    'place-cordoned': (subject) => `Node ${subject} takes no new pods`,
    'place-uncordoned': (subject) => `Node ${subject} takes pods again`,
    primary: (subject) => `${subject} is the new primary`,
    scaled: (subject, detail) => `${subject} is scaled ${detail}`,
    rollout: (subject) => `${subject} is being replaced`,
    'rollout-done': (subject) => `${subject} is replaced`,
    'fault-started': (subject) => `Started: ${subject}`,
    'fault-ended': (subject) => `Over: ${subject}`,
    'fault-left': (subject) => `Left by a board that was killed, now undone: ${subject}`,
    'target-lost': () => 'The shop is not seen any more',
    'target-live': () => 'The shop is seen',
  },
  request: {
    title: 'One request',
    hint: 'Requests a product and follows it through the shop by its trace id.',
    send: 'Send one request',
    sending: 'Sending …',
    client: 'client',
    notReached: 'not reached',
    noLines: 'No program wrote a line for it.',
    lines: 'Log lines',
    trace: 'Trace id',
    outcome: (outcome, status) =>
      outcome === 'live'
        ? `${status}: the product with its seller, live`
        : outcome === 'fallback'
          ? `${status}: the product, with a fallback for its seller`
          : status === 0
            ? 'No response'
            : `${status}: no product`,
    reason: (reason) => reasons[reason] ?? reason,
    failed: 'It could not be sent.',
    columns: { program: 'Program', time: 'Time', what: 'What it did' },
    called: (service, why) => `requested from ${service}: ${why}`,
    answered: (status) => `answered ${status}`,
    attempt: (number) => (number === 1 ? 'attempt' : 'retry'),
    breaker: (state) => `breaker ${state}`,
    fallback: (why) => `fallback: ${why}`,
  },
  lessons: {
    title: 'Lessons',
    choose: 'A page for each concept. Choose one.',
    readOnly:
      'The commands need a cluster: npm run up makes one, and npm run board -- --target kind runs them from this page.',
    expected: 'It prints',
    cleanup: 'Cleanup',
    step: 'Step',
    none: 'There are no lessons here.',
    next: 'Next',
    previous: 'Previous',
    touches: {
      nothing: 'It changes nothing.',
      namespace: 'It works in a namespace that it makes, and removes it at the end.',
      shop: 'It changes the shop, and puts it back at the end.',
      nodes: 'It changes nodes of the cluster, and puts them back at the end.',
    },
    action: {
      run: 'Run it',
      step: 'Step by step',
      next: 'Next step',
      break: 'Break it',
      reset: 'Reset',
    },
    state: {
      running: (step) => `Step ${step} runs …`,
      waiting: (step) => `Step ${step} is next.`,
      undoing: () => 'The cleanup runs …',
    },
    verdict: {
      passed: 'Passed: all was as the page says.',
      failed: 'Failed.',
      noticed: 'Broken, and the lesson noticed it.',
      'not-noticed': 'Broken, and the lesson did not notice it.',
      'not-proven': 'All was as the page says; this cluster cannot prove it.',
      stopped: 'Stopped before its end.',
    },
    printed: (seconds) => `It printed, after ${seconds} s`,
    problem: (text) => text,
  },
};
