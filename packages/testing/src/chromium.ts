import { findProgram } from './programs.ts';

/** How to install a browser where there is none. */
export const howToGetChromium =
  'no Chromium: install one so that chromium is on the PATH (apt-get install chromium), or name it in CHROMIUM';

/** @returns the path of Chromium or Chrome: the one of CHROMIUM, or on the PATH; undefined where there is none. */
export function findChromium(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const named = env['CHROMIUM'];
  if (named) return named;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return names.map((name) => findProgram(name, env)).find((path) => path !== undefined);
}
