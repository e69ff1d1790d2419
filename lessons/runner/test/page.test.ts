import { describe, expect, test } from '@jest/globals';
import { PageError } from '../lesson.ts';
import { readPage } from '../page.ts';

const file = 'lessons/02-pod/README.md';
/** Fences, without having to escape them here. */
const page = (text: string): string => text.replaceAll("'''", '```');
const good = page(`---
proves: two containers share a pod
touches: namespace
---

# Pod

Why.

'''bash
echo a
echo b
'''

'''output within 20s
a
…
'''

<!-- sabotage: rm -f x -->

Between.

'''yaml
kind: Pod
'''

'''bash limit 90s
false
'''

'''output fails
'''

## Clean up

'''bash cleanup
echo gone
'''

After.
`);

const problemsOf = (source: string, name = file): readonly string[] => {
  try {
    readPage(name, source);
  } catch (error) {
    if (error instanceof PageError) return error.problems;
    throw error;
  }
  return [];
};

describe('a page', () => {
  const lesson = readPage(file, good);

  test('has its number and id from its name, and the rest from its front matter', () => {
    expect(lesson).toMatchObject({
      number: 2,
      id: 'pod',
      title: 'Pod',
      proves: 'two containers share a pod',
      touches: 'namespace',
    });
  });

  test('has steps, each with its line, its limits and what it prints', () => {
    expect(lesson.steps).toEqual([
      {
        number: 1,
        line: 10,
        kind: 'run',
        script: 'echo a\necho b',
        limitMs: 30_000,
        expected: 'a\n…',
        withinMs: 20_000,
        mustFail: false,
      },
      { number: 2, line: 28, kind: 'run', script: 'false', limitMs: 90_000, expected: '', mustFail: true },
      {
        number: 3,
        line: 37,
        kind: 'cleanup',
        script: 'echo gone',
        limitMs: 120_000,
        mustFail: false,
      },
    ]);
  });

  test('has prose around its steps, with illustrations and without sabotage', () => {
    expect(lesson.prose.map((text) => text.trim())).toEqual([
      '# Pod\n\nWhy.',
      'Between.\n\n```yaml\nkind: Pod\n```',
      '## Clean up',
      'After.',
    ]);
  });

  test('knows where its sabotage is run', () => {
    expect(lesson.sabotage).toEqual({ line: 20, script: 'rm -f x', before: 2 });
  });
});

test.each<[string, string, string]>([
  ['no sabotage', good.replace(/<!--.*-->\n/, ''), ':5: no <!-- sabotage: COMMAND -->: nothing shows'],
  ['no cleanup', good.replace('bash cleanup', 'bash'), ':5: it touches namespace and has no ```bash cleanup'],
  ['no title', good.replace('# Pod', 'Pod'), ':5: no title'],
  ['no claim', good.replace(/^proves.*\n/m, ''), ':1: front matter: proves is missing'],
  ['an unknown reach', good.replace('touches: namespace', 'touches: all'), ':1: front matter: touches has'],
  ['an unknown word', good.replace('output fails', 'output fail'), ':32: unknown word "fail"'],
  ['a time without a unit', good.replace('within 20s', 'within 20'), ':15: within wants a time'],
  ['a block that is not closed', `${good}\n\`\`\`bash\n`, ':43: the block is not closed'],
  ['an output of nothing', good.replace('After.', page("'''output\n'''")), ':41: an output has to follow'],
  ['a sabotage that nothing follows', sabotageLast(), ':35: no step comes after the sabotage'],
])('a page with %s is refused', (_case, source, problem) => {
  expect(problemsOf(source)).toEqual([expect.stringContaining(problem)]);
});

function sabotageLast(): string {
  return good.replace(/<!--.*-->\n\n/, '').replace('## Clean up', '## Clean up\n\n<!-- sabotage: true -->');
}

test.each([
  'lessons/pod/README.md',
  'lessons/02-pod.md',
  'lessons/02-pod/README.ko.md',
  'lessons/02-pod/pod.md',
])('a page of another name is refused: %s', (name) => {
  expect(problemsOf(good, name)).toEqual(['a lesson is NN-<id>/README.md']);
});

test('every problem of a page is named at once', () => {
  const source = good.replace('# Pod', 'Pod').replace('output fails', 'output fail');
  expect(problemsOf(source)).toHaveLength(2);
});

/** A page around some Markdown, in which ' stands for a backtick. */
const around = (block: string): string =>
  `---\nproves: it\ntouches: nothing\n---\n\n# Title\n\n<!-- sabotage: true -->\n\n${block.replaceAll("'", '`')}\n`;

describe('P4: a fence is what CommonMark says it is', () => {
  test.each<[string, string, { script: string; expected?: string }[]]>([
    ['tildes', '~~~bash\necho a\n~~~\n\n~~~output\na\n~~~', [{ script: 'echo a', expected: 'a' }]],
    ['four backticks around three', "''''bash\ncat <<E\n'''\nE\n''''", [{ script: "cat <<E\n'''\nE" }]],
    ['a closing fence that is longer', "'''bash\necho a\n'''''", [{ script: 'echo a' }]],
    ['tildes within backticks', "'''bash\necho a\n~~~\necho b\n'''", [{ script: 'echo a\n~~~\necho b' }]],
    [
      'an indentation of three',
      "   '''bash\n   echo a\n     echo b\n   '''",
      [{ script: 'echo a\n  echo b' }],
    ],
    ['an item of a list', "- so:\n\n  '''bash\n  echo a\n  '''", [{ script: 'echo a' }]],
    [
      'a quotation',
      "> '''bash\n> echo a\n> '''\n>\n> '''output\n> a\n> '''",
      [{ script: 'echo a', expected: 'a' }],
    ],
    ['blanks before its word', "'''   bash   \necho a\n'''", [{ script: 'echo a' }]],
    ['an entity in its words', "'''b&#97;sh\necho a\n'''", [{ script: 'echo a' }]],
    ['a comment after it', "'''bash\necho a\n'''\n\n<!-- '''bash\necho b\n''' -->", [{ script: 'echo a' }]],
    [
      'one in a comment of many lines',
      "<!--\n\n'''bash\nrm x\n'''\n\n-->\n\n'''bash\necho a\n'''",
      [{ script: 'echo a' }],
    ],
    ['one in HTML', "<div>\n'''bash\nrm x\n'''\n</div>\n\n'''bash\necho a\n'''", [{ script: 'echo a' }]],
    [
      'one in an indented block',
      "    '''bash\n    rm x\n    '''\n\n'''bash\necho a\n'''",
      [{ script: 'echo a' }],
    ],
    ['a code span of three', "''' bash ''' is not a block.\n\n'''bash\necho a\n'''", [{ script: 'echo a' }]],
  ])('with %s', (_case, block, expected) => {
    const steps = readPage(file, around(block)).steps.map(({ script, expected }) =>
      expected === undefined ? { script } : { script, expected },
    );
    expect(steps).toEqual(expected.map((step) => ({ ...step, script: step.script.replaceAll("'", '`') })));
  });

  test.each([
    ['CR LF', '\r\n'],
    ['CR', '\r'],
  ])('with lines that end in %s, and with a byte order mark', (_name, ending) => {
    expect(readPage(file, `\uFEFF${good.replaceAll('\n', ending)}`)).toEqual(readPage(file, good));
  });

  test('its prose is the text as it is written, with any fences', () => {
    const source = around("~~~yaml\nkind: Pod\n~~~\n\n'''bash\necho a\n'''\n\n    '''bash");
    expect(readPage(file, source).prose.map((text) => text.trim())).toEqual([
      '# Title\n\n\n~~~yaml\nkind: Pod\n~~~',
      page("'''bash"),
    ]);
  });

  test('a title may be underlined', () => {
    const source = around("'''bash\necho a\n'''").replace('# Title', 'Title\n=====');
    expect(readPage(file, source).title).toBe('Title');
  });

  test.each([
    ['a block in a list that is not closed', "- '''bash\n  echo a\n\nAfter.", ':10: the block is not closed'],
    ['tildes closed by backticks', "~~~bash\necho a\n'''", ':10: the block is not closed'],
  ])('%s is refused', (_case, block, problem) => {
    expect(problemsOf(around(block))).toContainEqual(expect.stringContaining(problem));
  });

  test.each([
    ['in a block', "'''text\n<!-- sabotage: rm x -->\n'''"],
    ['in an indented block', '    <!-- sabotage: rm x -->'],
    ['in a code span', '`<!-- sabotage: rm x -->` is how.'],
  ])('a sabotage %s is text', (_case, block) => {
    expect(readPage(file, around(`${block}\n\n'''bash\necho a\n'''`)).sabotage.script).toBe('true');
  });

  test('a sabotage below a line of text is one', () => {
    const source = around("'''bash\necho a\n'''").replace('<!-- sab', 'Text.\n<!-- sab');
    expect(readPage(file, source).sabotage).toEqual({ line: 9, script: 'true', before: 1 });
  });

  test('a sabotage that cannot be read is reported', () => {
    const source = around("'''bash\necho a\n'''").replace('sabotage: true -->', 'sabotage: true\n-->');
    expect(problemsOf(source)).toContainEqual(expect.stringContaining(':8: '));
  });
});
