import { describe, expect, test } from '@jest/globals';
import { routeOf, stagedFile, targetOf } from '../src/tree.ts';

test.each([
  ['README.md', '/overview', 'overview.md'],
  ['README.ko.md', '/ko/overview', 'ko/overview.md'],
  ['lessons/README.md', '/lessons/', 'lessons/index.md'],
  ['lessons/02-pod/README.ko.md', '/ko/lessons/02-pod/', 'ko/lessons/02-pod/index.md'],
  ['lessons/challenges/README.md', '/challenges/', 'challenges/index.md'],
  ['docs/words.md', '/docs/words', 'docs/words.md'],
  [
    'docs/decisions/0027-kubernetes-1.37.md',
    '/docs/decisions/0027-kubernetes-1.37',
    'docs/decisions/0027-kubernetes-1.37.md',
  ],
  ['k8s/base/ingress.yaml', '/source/k8s/base/ingress-yaml', 'source/k8s/base/ingress-yaml.md'],
])('%s is at %s', (file, route, staged) => {
  expect(routeOf(file)).toBe(route);
  expect(stagedFile(route)).toBe(staged);
});

test('an image keeps its name', () => {
  expect(routeOf('docs/board/board-en.png')).toBe('/files/docs/board/board-en.png');
});

describe('a link', () => {
  test('leads to a file of the repository', () => {
    expect(targetOf('lessons/02-pod/README.md', '../09-deployment/README.md')).toEqual({
      file: 'lessons/09-deployment/README.md',
      fragment: '',
    });
    expect(targetOf('docs/words.md', '../apps/product/#a')).toEqual({ file: 'apps/product', fragment: '#a' });
  });

  test.each(['https://kubernetes.io', 'mailto:a@b', '#questions', '/lessons/'])(
    '%s is left as it is',
    (link) => {
      expect(targetOf('README.md', link)).toBeUndefined();
    },
  );
});
