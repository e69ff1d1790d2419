/** An expression that `shop/linear-regexp` reports, and why it may stay. */
export interface Allowed {
  readonly file: string;
  /** The expression as it is written; without it, every expression of the file may stay. */
  readonly expression?: string;
  readonly why: string;
}

export const allowed: readonly Allowed[] = [
  {
    file: 'lessons/runner/portable.ts',
    why: "It judges the commands in the repository's own lessons, a few lines each.",
  },
  {
    file: 'lessons/runner/zsh.ts',
    why: "It judges the commands in the repository's own lessons, too.",
  },
  {
    file: 'lessons/runner/skipped.ts',
    why: 'As portable.ts does; names in it are words.',
  },
  {
    file: 'apps/log-sidecar/src/transform/raw-text.ts',
    expression: "new RegExp(longestFirst.map(escapeForRegExp).join('|'), 'gi')",
    why: 'Made of escaped names from the configuration, so it has no repetition.',
  },
  {
    file: 'apps/log-sidecar/src/config.ts',
    expression: 'new RegExp(source)',
    why: "The operator's own; nested repetitions are refused, and it sees the first 256 characters of a line only.",
  },
  {
    file: 'lessons/runner/session.ts',
    expression: 'new RegExp(String.raw`\\n${mark} (\\d+)\\n`)',
    why: 'A random UUID and digits, which a line feed ends: each attempt passes digits only.',
  },
  {
    file: 'lessons/runner/match.ts',
    expression: "new RegExp(`^${pattern}$`, 'u')",
    why: "A line of one of the repository's lessons, applied to a line of what its own commands print.",
  },
];
