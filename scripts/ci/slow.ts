/**
 * Tests that take minutes, or need a program that npm does not install: replica sets of real mongods, feeds of 200 MB,
 * the rules of Prometheus. `npm run test:slow` runs them; all others are unit tests. Patterns of paths.
 */
export const slow = [
  'packages/store/test/mongo(-adapter)?\\.test',
  'apps/replica-set-controller/test/(backup|forming|primary-lost|scaling|users)\\.test',
  'apps/adapter/test/memory\\.test',
  'k8s/platform/monitoring/test/rules\\.test',
].join('|');

/**
 * Tests of pages in Chromium, which take a third of the time of all tests: `npm run test:browser` runs them. All others of
 * their projects are unit tests.
 */
export const inBrowser = ['site/test/', 'scripts/board/test/browser/'].join('|');

/** jest's arguments for all unit tests. */
export const unitOptions = [
  '--testPathIgnorePatterns',
  `${slow}|${inBrowser}`,
  // Tests wait for a third of their time, for timers and programs: three keep two processors busy.
  '--maxWorkers',
  '3',
  // A busy machine must not fail a test: jest's own five seconds are not enough for programs that tests start.
  '--testTimeout',
  '30000',
];
