import { describe, expect, test } from '@jest/globals';
import { PageError } from '../lesson.ts';
import { readPage } from '../page.ts';

const file = 'lessons/02-pod/README.md';
/** Fences, without having to escape them here. */
const page = (text: string): string => text.replaceAll("'''", '```');
const good = page(`# Pod

Why.

'''bash make
echo a
echo b
'''

'''output
a
…
'''

Between.

'''yaml
kind: Pod
'''

'''bash look
false
'''

'''output
'''

## Clean up

'''bash cleanup
echo gone
'''

After.
`);
const proof = `proves: two containers share a pod
touches: namespace
seconds: 1
claims: { shared: { says: they share it, sabotage: { before: make, run: rm -f x } } }
steps:
  make: { proves: shared, within: 20s }
  look: { limit: 90s, fails: true }
`;

const problemsOf = (source: string, name = file, text = proof): readonly string[] => {
  try {
    readPage(name, source, text);
  } catch (error) {
    if (error instanceof PageError) return error.problems;
    throw error;
  }
  return [];
};

describe('a page', () => {
  const lesson = readPage(file, good, proof);

  test('has its number and id from its name, and the rest from its text and its proof', () => {
    expect(lesson).toMatchObject({
      number: 2,
      id: 'pod',
      title: 'Pod',
      proves: 'two containers share a pod',
      touches: 'namespace',
    });
  });

  test('has steps, each with its line, its limits and what it prints', () => {
    const unproven = { proves: [], prepare: [], checks: [] };
    expect(lesson.steps).toEqual([
      {
        ...unproven,
        number: 1,
        line: 5,
        kind: 'run',
        name: 'make',
        script: 'echo a\necho b',
        limitMs: 30_000,
        expected: 'a\n…',
        withinMs: 20_000,
        mustFail: false,
        proves: ['shared'],
      },
      {
        ...unproven,
        number: 2,
        line: 21,
        kind: 'run',
        name: 'look',
        script: 'false',
        limitMs: 90_000,
        expected: '',
        mustFail: true,
      },
      {
        ...unproven,
        number: 3,
        line: 30,
        kind: 'cleanup',
        name: 'cleanup',
        script: 'echo gone',
        limitMs: 120_000,
        mustFail: false,
      },
    ]);
  });

  test('has prose around its steps, with illustrations', () => {
    expect(lesson.prose.map((text) => text.trim())).toEqual([
      '# Pod\n\nWhy.',
      'Between.\n\n```yaml\nkind: Pod\n```',
      '## Clean up',
      'After.',
    ]);
  });
});

test.each<[string, string, string]>([
  ['no title', good.replace('# Pod', 'Pod'), ':1: no title'],
  ['a block without a command', good.replace('false\n', ''), ':21: a block without a command'],
  ['a block that is not closed', `${good}\n\`\`\`bash\n`, ':36: the block is not closed'],
  ['an output of nothing', good.replace('After.', page("'''output\n'''")), ':34: an output has to follow'],
])('a page with %s is refused', (_case, source, problem) => {
  expect(problemsOf(source)).toEqual([expect.stringContaining(`${file}${problem}`)]);
});

test.each([
  'lessons/pod/README.md',
  'lessons/02-pod.md',
  'lessons/02-pod/README.ko.md',
  'lessons/02-pod/pod.md',
])('a page of another name is refused: %s', (name) => {
  expect(problemsOf(good, name)).toEqual([`${name}: a lesson is NN-<id>/README.md`]);
});

test('every problem of a page is named at once', () => {
  const source = good.replace('# Pod', 'Pod').replace('```output\n```', '```output fails\n```');
  expect(problemsOf(source)).toHaveLength(2);
});

/** A page around some Markdown, in which ' stands for a backtick. */
const around = (block: string): string => `# Title\n\n${block.replaceAll("'", '`')}\n`;
const proofAround = `proves: it
touches: nothing
seconds: 1
claims: { it: { says: it is, sabotage: { before: a, run: 'true' } } }
steps: { a: { proves: it } }
`;
const read = (source: string) => readPage(file, source, proofAround);

describe('P4: a fence is what CommonMark says it is', () => {
  test.each<[string, string, { script: string; expected?: string }[]]>([
    ['tildes', '~~~bash a\necho a\n~~~\n\n~~~output\na\n~~~', [{ script: 'echo a', expected: 'a' }]],
    ['four backticks around three', "''''bash a\ncat <<E\n'''\nE\n''''", [{ script: "cat <<E\n'''\nE" }]],
    ['a closing fence that is longer', "'''bash a\necho a\n'''''", [{ script: 'echo a' }]],
    ['tildes within backticks', "'''bash a\necho a\n~~~\necho b\n'''", [{ script: 'echo a\n~~~\necho b' }]],
    [
      'an indentation of three',
      "   '''bash a\n   echo a\n     echo b\n   '''",
      [{ script: 'echo a\n  echo b' }],
    ],
    ['an item of a list', "- so:\n\n  '''bash a\n  echo a\n  '''", [{ script: 'echo a' }]],
    [
      'a quotation',
      "> '''bash a\n> echo a\n> '''\n>\n> '''output\n> a\n> '''",
      [{ script: 'echo a', expected: 'a' }],
    ],
    ['blanks before its word', "'''   bash   a   \necho a\n'''", [{ script: 'echo a' }]],
    ['an entity in its words', "'''b&#97;sh a\necho a\n'''", [{ script: 'echo a' }]],
    [
      'a comment after it',
      "'''bash a\necho a\n'''\n\n<!-- '''bash a\necho b\n''' -->",
      [{ script: 'echo a' }],
    ],
    [
      'one in a comment of many lines',
      "<!--\n\n'''bash a\nrm x\n'''\n\n-->\n\n'''bash a\necho a\n'''",
      [{ script: 'echo a' }],
    ],
    ['one in HTML', "<div>\n'''bash a\nrm x\n'''\n</div>\n\n'''bash a\necho a\n'''", [{ script: 'echo a' }]],
    [
      'one in an indented block',
      "    '''bash a\n    rm x\n    '''\n\n'''bash a\necho a\n'''",
      [{ script: 'echo a' }],
    ],
    [
      'a code span of three',
      "''' bash ''' is not a block.\n\n'''bash a\necho a\n'''",
      [{ script: 'echo a' }],
    ],
  ])('with %s', (_case, block, expected) => {
    const steps = read(around(block)).steps.map(({ script, expected }) =>
      expected === undefined ? { script } : { script, expected },
    );
    expect(steps).toEqual(expected.map((step) => ({ ...step, script: step.script.replaceAll("'", '`') })));
  });

  test.each([
    ['CR LF', '\r\n'],
    ['CR', '\r'],
  ])('with lines that end in %s, and with a byte order mark', (_name, ending) => {
    expect(readPage(file, `\uFEFF${good.replaceAll('\n', ending)}`, proof)).toEqual(
      readPage(file, good, proof),
    );
  });

  test('its prose is the text as it is written, with any fences', () => {
    const source = around("~~~yaml\nkind: Pod\n~~~\n\n'''bash a\necho a\n'''\n\n    '''bash");
    expect(read(source).prose.map((text) => text.trim())).toEqual([
      '# Title\n\n~~~yaml\nkind: Pod\n~~~',
      page("'''bash"),
    ]);
  });

  test('a title may be underlined', () => {
    const source = around("'''bash a\necho a\n'''").replace('# Title', 'Title\n=====');
    expect(read(source).title).toBe('Title');
  });

  test.each([
    [
      'a block in a list that is not closed',
      "- '''bash a\n  echo a\n\nAfter.",
      ':3: the block is not closed',
    ],
    ['tildes closed by backticks', "~~~bash a\necho a\n'''", ':3: the block is not closed'],
  ])('%s is refused', (_case, block, problem) => {
    expect(problemsOf(around(block), file, proofAround)).toContainEqual(expect.stringContaining(problem));
  });
});
