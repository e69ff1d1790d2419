// Every package and app has the same shape, so every one has the same jest project.
import { readdirSync } from 'node:fs';

const project = (displayName, folder) => ({
  displayName,
  rootDir: import.meta.dirname,
  roots: [`<rootDir>/${folder}`],
  testMatch: ['**/*.test.ts'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', {}] },
  modulePathIgnorePatterns: ['<rootDir>/(apps|packages)/[^/]+/dist/'],
});

const workspaces = ['packages', 'apps'].flatMap((parent) =>
  readdirSync(parent).map((name) => project(name, `${parent}/${name}/test`)),
);

export default {
  coverageProvider: 'v8',
  // Modules of finished test files stay in memory, so a worker is replaced now and then.
  workerIdleMemoryLimit: '1GB',
  projects: [
    ...workspaces,
    project('scripts', 'scripts'),
    project('lessons', 'lessons/runner/test'),
    project('challenges', 'lessons/challenges/runner/test'),
    project('k8s', 'k8s'),
    project('support', 'tests/support'),
    project('contract', 'tests/contract'),
    project('fuzz', 'tests/fuzz'),
    project('e2e', 'tests/e2e'),
    project('chaos', 'tests/chaos'),
    project('cluster', 'tests/cluster'),
    project('deploy', 'tests/deploy'),
    project('site', 'site/test'),
  ],
};
