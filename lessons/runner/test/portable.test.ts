import { describe, expect, test } from '@jest/globals';
import type { Lesson } from '../lesson.ts';
import { portabilityProblems } from '../portable.ts';

const problemsOf = (script: string) =>
  portabilityProblems({
    file: 'lessons/07-demo/README.md',
    steps: [{ line: 9, script, prepare: [], checks: [] }],
    proof: { claims: [] },
  } as unknown as Lesson);

describe('R5: a block runs with the tools of macOS, too', () => {
  test.each([
    'kubectl get pods -o name | sort -u | wc -l',
    'kubectl -n x exec pod -- timeout 4 nslookup name > /dev/null 2>&1 && echo "resolved"',
    `kubectl -n x exec pod -- sh -c 'stat -L -c "%a" /etc/door; getent hosts a'`,
    'docker exec shop-worker crictl images --output json',
    'kubectl apply -f - <<END\n# a comment of YAML\nkind: Pod\nEND',
    "sed -e 's/a{1}/b/' -e '1p;/x/,$p' file | awk '{ print $NF }'",
    'base64 --decode < file | tr -d "\\n" | head -n 1 | tail -n +2',
    'while read -r NAME; do kubectl delete "$NAME"; done < file',
    'echo "${#LIST} ${ID##*/} $#" \'# no comment\' "# nor this" a#b',
    'grep -o -E "a+|b?" file | sort -k 2 -n | uniq -c',
    'curl -s --max-time 5 http://localhost | xargs kubectl get pv',
    'openssl x509 -noout -issuer',
  ])('%j', (script) => {
    expect(problemsOf(script)).toEqual([]);
  });

  test.each([
    ['getent hosts a', 'a program that macOS has not'],
    ['echo a | timeout 3 cat', 'a program that macOS has not'],
    ['kubectl get pods -o json | jq .items', 'a program that the lessons do not require'],
    ['echo "$(date +%s%N | cut -c 1-13)"', 'date: %N'],
    ['date -d yesterday', 'date: %N, -d'],
    ['echo a | xargs -r kubectl delete', 'xargs: -r'],
    ['sed -i s/a/b/ file', 'sed: -i'],
    ["sed 's/^x:/y: Never\\n      x:/' file", 'sed: \\n'],
    ["sed 's|a|b\\nc|' file", 'sed: \\n'],
    ["grep 'a\\|b' file", 'sed and grep: \\+'],
    ['grep -oP x file', 'grep: -P'],
    ['head -n -1 file', 'head: a negative number'],
    ['ls | sort -V', 'sort: -V'],
    ['base64 -w 0 file', 'base64: -w'],
    ['for F in a; do readlink -f $F; done', 'readlink: -f'],
    ['rm --force file', 'long options'],
    ["awk '{ print gensub(1, 2, 3) }' file", 'awk: a function'],
    ['openssl x509 -noout -ext subjectAltName', 'openssl: LibreSSL'],
    ['mapfile -t LIST < file', 'a builtin'],
    ['echo ${NAME,,}', 'an expansion'],
    ['echo -e a', 'echo -e'],
    ['echo a # and b', 'a comment'],
    ['f() {\n  # why\n  echo a\n}', 'a comment'],
    ["echo 'a' # it's so", 'a comment'],
  ])('%j does not', (script, problem) => {
    expect(problemsOf(script)).toContainEqual(
      expect.stringContaining(`lessons/07-demo/README.md:9: ${problem}`),
    );
  });
});
