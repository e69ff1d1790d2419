import { describe, expect, test } from '@jest/globals';
import { PageError } from '../lesson.ts';
import { readPage } from '../page.ts';
import { readTranslation } from '../translation.ts';

const file = 'lessons/07-demo/README.md';
const fenced = (text: string): string => text.replaceAll("'''", '```');

const page = fenced(`# Demo

Text.

'''bash make
echo made
'''

'''output
made
'''

More text.

'''bash look
cat nothing
'''

'''output
cat: …
'''

'''bash cleanup
rm -f x
'''
`);

const proof = `proves: it
touches: namespace
needs: [pod]
seconds: 12
picture: { after: make, namespace: lesson-demo, kinds: 'pods,services' }
claims:
  made:
    says: it is made
    sabotage: { before: make, run: rm made }
  absent:
    says: the other is not there
    control: there
    sabotage:
      after: look
      run: touch nothing
steps:
  make:
    limit: 60s
    prepare:
      - run: UID=1
    proves: made
    checks:
      - name: there
        run: cat made
        prints: |
          one
          two
        within: 10s
        proves: [made]
  look:
    fails: true
    proves: absent
    checks:
      - run: cat nothing
        fails: true
        proves: absent
`;

function problemsOf(source: string, text: string): readonly string[] {
  try {
    readPage(file, source, text);
    return [];
  } catch (error) {
    if (error instanceof PageError) return error.problems;
    throw error;
  }
}

describe('a page with a proof', () => {
  const lesson = readPage(file, page, proof);

  test('has its commands from the page and how they are run from the proof', () => {
    expect(lesson.steps[0]).toMatchObject({
      number: 1,
      line: 5,
      name: 'make',
      script: 'echo made',
      expected: 'made',
      limitMs: 60_000,
      mustFail: false,
      proves: ['made'],
      prepare: [{ script: 'UID=1' }],
      checks: [{ line: 23, script: 'cat made', expected: 'one\ntwo', withinMs: 10_000, proves: ['made'] }],
    });
    expect(lesson.steps[1]).toMatchObject({ name: 'look', mustFail: true, checks: [{ mustFail: true }] });
    expect(lesson.steps[2]).toMatchObject({ kind: 'cleanup', script: 'rm -f x' });
  });

  test('has a sabotage for each claim', () => {
    expect(lesson.proof).toMatchObject({
      file: 'lessons/07-demo/proof.yaml',
      needs: ['pod'],
      seconds: 12,
      picture: { after: 1, kinds: 'pods,services' },
      claims: [
        { id: 'made', says: 'it is made', sabotage: { script: 'rm made', before: 1 } },
        { id: 'absent', sabotage: { script: 'touch nothing', before: 2, afterwards: true } },
      ],
    });
  });
});

test.each([
  ['a block without a name', page.replace('bash look', 'bash'), proof, 'README.md:15: a block has a name'],
  ['words behind output', page.replace('output', 'output fails'), proof, 'README.md:9: what stands behind'],
  [
    'a second block of a name',
    page.replace('bash look', 'bash make'),
    proof,
    'README.md:15: a second block "make"',
  ],
  [
    'a step that is not there',
    page,
    proof.replace('  look:', '  see:'),
    'proof.yaml:30: the page has no block "see"',
  ],
  ['an unknown key', page, proof.replace('limit:', 'limits:'), 'proof.yaml:18: unknown key "limits"'],
  [
    'an unknown claim',
    page,
    proof.replace('proves: made', 'proves: mad'),
    'proof.yaml:5: there is no claim "mad"',
  ],
  [
    'a claim without a sabotage',
    page,
    proof.replace(/ {4}sabotage: .*\n/, ''),
    'a sabotage is before or after',
  ],
  [
    'a claim that nothing proves',
    page,
    proof.replace('proves: made', '').replace('proves: [made]', ''),
    'proof.yaml:7: nothing proves "made"',
  ],
  [
    'a sabotage that no check of the claim comes after',
    page,
    proof.replace('before: make, run', 'before: look, run'),
    'no check of "made" comes after the sabotage',
  ],
  ['a failure without a control', page, proof.replace('    control: there\n', ''), 'name as control'],
  [
    'a control that fails itself',
    page,
    proof.replace('control: there', 'control: look'),
    '"look" is not the name',
  ],
  ['a time without its unit', page, proof.replace('60s', '60'), 'limit has to be a'],
  ['no cleanup', page.slice(0, page.indexOf('```bash cleanup')), proof, 'has no ```bash cleanup block'],
  ['YAML that cannot be read', page, `${proof}\n  - x: [`, 'proof.yaml:'],
  ['an empty proof', page, '', 'no claims: nothing is proven'],
])('a page with %s is refused, with the place', (_case, source, text, problem) => {
  expect(problemsOf(source, text)).toContainEqual(expect.stringContaining(problem));
});

describe('its translation', () => {
  const lesson = readPage(file, page, proof);
  const korean = page.replace('# Demo', '# 데모').replace('More text.', '다음.');
  const problems = (text: string) => readTranslation(lesson, 'lessons/07-demo/README.ko.md', text).problems;

  test('is a whole page with the same commands', () => {
    const { prose, problems: found } = readTranslation(lesson, 'lessons/07-demo/README.ko.md', korean);
    expect(found).toEqual([]);
    expect(prose.map((text) => text.trim())).toEqual(['# 데모\n\nText.', '다음.', '', '']);
  });

  test.each([
    [
      'another command',
      korean.replace('echo made', 'echo 만듦'),
      'README.ko.md:5: its script is not that of',
    ],
    ['another output', korean.replace('\nmade\n', '\nmad\n'), 'README.ko.md:5: its expected is not that of'],
    ['a block less', korean.replace(/```bash look\n[^]*?```\n/, ''), 'blocks of commands, and'],
    ['another name', korean.replace('bash look', 'bash see'), 'its name is not that of'],
  ])('with %s is reported', (_case, text, problem) => {
    expect(problems(text)).toContainEqual(expect.stringContaining(problem));
  });
});
