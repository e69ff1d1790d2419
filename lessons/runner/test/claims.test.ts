import { expect, test } from '@jest/globals';
import { claimsPage, noticedBy } from '../claims.ts';
import { readPage } from '../page.ts';
import { skippedProblems } from '../skipped.ts';

const page = `# Demo

\`\`\`bash make
touch made
\`\`\`

\`\`\`bash look
cat made | sort
\`\`\`

\`\`\`bash cleanup
rm -f made
\`\`\`
`;
const proofOf = (steps: string): string => `proves: it
touches: nothing
seconds: 1
claims:
  made:
    says: it is made
    control: other
    sabotage: { before: look, run: "rm made \\\\\\n  other | sort\\nrm more" }
  late:
    says: it is late
    sabotage: { after: look, run: rm made }
steps:
${steps}
`;
const steps = `  make:
    proves: made
    checks: [{ beside: the shop stands, run: 'true' }]
  look:
    proves: [made, late]
    checks:
      - { name: other, run: ls }
      - { run: ls made, proves: late }
      - { name: again, run: ls made, proves: made }`;
const lesson = readPage('lessons/07-demo/README.md', page, proofOf(steps));
const claimOf = (id: string) => {
  const found = lesson.proof.claims.find((claim) => claim.id === id);
  if (!found) throw new Error(`no claim ${id}`);
  return found;
};

test('a sabotage is noticed by what proves its claim and comes after it', () => {
  expect(noticedBy(lesson, claimOf('made'))).toEqual(['`look`', 'check `again` after `look`']);
  expect(noticedBy(lesson, claimOf('late'))).toEqual(['check 2 after `look`']);
});

test('the page has a row for each clause, in the order of the path', () => {
  const text = claimsPage(
    [lesson],
    [{ id: 'g', title: { en: 'Group', ko: '' }, lessons: ['demo', 'later'] }],
  );
  expect(text).toContain('2 clauses');
  expect(text).toContain(
    '## Group\n\n### 7. Demo\n\n[Page](07-demo/README.md), [proof](07-demo/proof.yaml): it.',
  );
  expect(text).toContain(
    String.raw`| it is made | before ${'`look`'}: ${'`'}rm made other \| sort ⏎ rm more${'`'} | ${'`look`'}, check ${'`again`'} after ${'`look`'} | ${'`other`'} |`,
  );
  expect(text).toContain('without a sabotage: the shop stands.');
});

test('a check that runs with a sabotage skip, though it proves nothing, is refused', () => {
  const unlabelled = steps.replace('beside: the shop stands, ', '');
  expect(() => readPage('lessons/07-demo/README.md', page, proofOf(unlabelled))).toThrow(
    'this check proves no claim, so runs with a sabotage skip it',
  );
});

test('a variable that only a check of another claim sets is missing when that is skipped', () => {
  const setting = steps
    .replace('run: ls made, proves: late', 'run: ID=$(ls made), proves: late')
    .replace('run: ls made, proves: made', 'run: test "$ID", proves: made');
  const problems = skippedProblems(readPage('lessons/07-demo/README.md', page, proofOf(setting)));
  expect(problems).toEqual([
    expect.stringMatching(/^lessons\/07-demo\/proof\.yaml:\d+: it uses ID, which is set at/),
  ]);
  const prepared = setting.replace(
    "    checks: [{ beside: the shop stands, run: 'true' }]",
    '    prepare: [{ run: ID=1 }]',
  );
  expect(skippedProblems(readPage('lessons/07-demo/README.md', page, proofOf(prepared)))).toEqual([]);
});
