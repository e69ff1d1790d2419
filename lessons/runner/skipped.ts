/** What a run with a sabotage misses: it skips the checks of the claims that it leaves true (run-lesson.ts). */
import type { Commands, Lesson } from './lesson.ts';

/**
 * Checks that use a variable or a function which only a check of other claims sets: with their claim sabotaged they would
 * fail because it is empty, and the sabotage would look noticed. A line each.
 */
export function skippedProblems({ steps, proof }: Lesson): string[] {
  const prepares = steps.flatMap(({ prepare }) => prepare);
  const checks = steps.flatMap(({ checks }) => checks);
  return checks.flatMap((setter) =>
    namesSetIn(setter).flatMap((name) => {
      const setsAsWell = (commands: Commands): boolean => namesSetIn(commands).includes(name);
      if (prepares.some(setsAsWell)) return [];
      const users = checks.filter(
        (user) =>
          user !== setter &&
          isUsed(name, user) &&
          !setsAsWell(user) &&
          user.proves.some((id) => !setter.proves.includes(id)),
      );
      return [...users, ...prepares.filter((prepare) => isUsed(name, prepare))].map(
        ({ line }) =>
          `${proof.file}:${line}: it uses ${name}, which is set at line ${setter.line}, by a check that runs with another ` +
          'sabotage skip: set it in a prepare',
      );
    }),
  );
}

function namesSetIn({ script }: Commands): string[] {
  const names = [
    ...script.matchAll(/(?:^|[\s;(])([A-Za-z_]\w*)=/gm),
    ...script.matchAll(/^\s*(\w+) ?\(\) ?\{/gm),
  ].map(([, name = '']) => name);
  return [...new Set(names)];
}

const isUsed = (name: string, { script }: Commands): boolean =>
  new RegExp(String.raw`\$\{?${name}\b|(?:^|[|;&(]\s*)${name}(?=[\s|;)]|$)`, 'm').test(script);
