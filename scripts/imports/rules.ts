/** An import that the rules allow, though its direction is wrong. */
export interface Exception {
  /** The beginning of the importing file's path; `*` is the name of any folder. */
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** The folders of the repository. Each imports from itself and from those before it, never from those after it. */
export const layers = ['packages', 'apps', 'scripts', 'lessons', 'k8s', 'tests', 'bench', 'site'] as const;

export const exceptions: readonly Exception[] = [
  {
    from: 'apps/*/test/',
    to: 'tests/support/start-app.ts',
    why: 'It starts a service and needs packages/service, so packages/testing cannot have it: decision 24.',
  },
  {
    from: 'scripts/board/',
    to: 'lessons/runner/',
    why: 'The board shows the pages of lessons as their runner reads them, and runs their steps.',
  },
  {
    from: 'scripts/board/',
    to: 'tests/chaos/',
    why: 'The board causes the faults of the chaos catalogue and judges by its expectations; they are tests in the first place.',
  },
  {
    from: 'apps/adapter/test/',
    to: 'apps/product/',
    why: 'The import is tested against the services themselves, in the same process.',
  },
  { from: 'apps/adapter/test/', to: 'apps/user/', why: 'As above.' },
];
