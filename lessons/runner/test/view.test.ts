import { expect, test } from '@jest/globals';
import { countCommands } from '../view.ts';

test('the lines of commands in view are counted by what a person would not type', () => {
  const page = [
    '```bash first',
    'kubectl get pods',
    `kubectl get pods -o jsonpath='${'x'.repeat(90)}'`,
    "kubectl exec a -- node -e 'console.log(1)'",
    'for A in 1 2; do echo "$A"; done',
    '```',
    '```output',
    `jsonpath ${'x'.repeat(100)}`,
    '```',
  ].join('\n');
  expect(countCommands([page, '# Nothing'])).toEqual({
    pages: 2,
    lines: 4,
    kubectl: 3,
    long: 1,
    templates: 1,
    programs: 1,
    scripting: 1,
  });
});
