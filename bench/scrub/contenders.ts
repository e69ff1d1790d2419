import { scrub } from '../../packages/logging/src/scrub.ts';

/** What every line goes through, with a foreign text in it. */
export interface Contender {
  readonly name: string;
  readonly run: (line: string) => unknown;
}

export const contenders: readonly Contender[] = [{ name: 'logging', run: scrub }];
