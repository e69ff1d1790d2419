import { describe, expect, test } from '@jest/globals';
import type { Lesson } from '../lesson.ts';
import { zshProblems } from '../zsh.ts';

const problemsOf = (script: string) =>
  zshProblems({ file: 'lessons/07-demo/README.md', steps: [{ line: 9, script }] } as unknown as Lesson);

describe('a block does the same in zsh as in bash', () => {
  test.each([
    "curl -s 'http://localhost:8080/?[1-20]' | sort | uniq -c",
    'kubectl get pods -l "app in (a,b)" -l \'app!=a\'',
    'rm -f /tmp/lesson-tls{-ca,-fake,}.{key,crt}',
    'POD=$(kubectl get pods -o name | head -n 1)',
    'kubectl label "$POD" app- && echo $? ${POD#*/}',
    '[ "$A" = b ] && echo yes',
    "kubectl get pods \\\n  -l 'a=*'",
    "kubectl apply -f - <<'END'\nargs: [a, '*']\nEND",
    "printf 'a\\n'",
    'kubectl create quota small --hard=pods=2',
  ])('%j', (script) => {
    expect(problemsOf(script)).toEqual([]);
  });

  test.each([
    ['curl http://localhost:8080/user?limit=1', 'zsh: a word with ?'],
    ['rm -f /tmp/lesson-tls*', 'zsh: a word with ?'],
    ['kubectl exec a -- ls /data/[ab]', 'zsh: a word with ?'],
    ['[ "$A" == b ] && test =b', 'zsh: a word that begins with ='],
    ['status=$(kubectl get pods)', 'zsh: the variable'],
    ["kubectl get pods; echo 'a\\nb'", 'zsh: echo'],
  ])('%j does not', (script, problem) => {
    expect(problemsOf(script)).toContainEqual(
      expect.stringContaining(`lessons/07-demo/README.md:9: ${problem}`),
    );
  });
});
