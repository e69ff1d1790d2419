import type { Target } from './target.ts';
import { kindTarget } from './targets/kind.ts';
import { laptopTarget } from './targets/laptop.ts';
import { urlTarget } from './targets/url.ts';

/** The variables by which `run.ts` passes the shop's address to the tests, which run in another process. */
export const targetVariables = {
  kind: 'SHOP_E2E_TARGET',
  url: 'SHOP_E2E_URL',
  dataDir: 'SHOP_E2E_DATA_DIR',
  /** Set by the user, if the shop requires one for writes. */
  token: 'SHOP_TOKEN',
} as const;

/** @throws when the tests were not started through `npm run e2e`. */
export async function connectTarget(env: NodeJS.ProcessEnv = process.env): Promise<Target> {
  const need = (name: string): string => {
    const value = env[name];
    if (value) return value;
    throw new Error(
      `${name} is not set: start these tests with npm run e2e, which sets up what they run against`,
    );
  };
  const kind = need(targetVariables.kind);
  if (kind === 'laptop') return laptopTarget(need(targetVariables.dataDir));
  if (kind === 'kind') return kindTarget(env[targetVariables.token]);
  if (kind === 'url') return urlTarget(need(targetVariables.url), env[targetVariables.token]);
  throw new Error(`${targetVariables.kind} must be laptop, kind or url, not ${kind}`);
}
