/**
 * Reads a page. It is Markdown as CommonMark defines it; these parts of it are run:
 *
 *     ```bash                  commands, to be pasted into a terminal at the root of the repository
 *     ```bash limit 90s        the same, when they may take longer than 30 s
 *     ```output                what the block before it prints; `…` stands for anything in a line, alone for any lines
 *     ```output within 60s     the commands are run again until they print that
 *     ```output fails          the commands have to fail, and print that
 *     ```bash cleanup          run at the end, also when the lesson has failed, in a separate shell
 *     <!-- sabotage: COMMAND --> what makes the lesson FAIL when it is run at this place
 *
 * Blocks of other languages are illustrations.
 *
 * A page with a proof.yaml beside it has no front matter, no sabotage and none of these words: each of its blocks is named,
 * `bash NAME`, or `bash cleanup`, and the proof says the rest (proof.ts).
 */
import { parse } from 'yaml';
import { PageError, reaches, type Lesson, type Reach, type Sabotage, type Step } from './lesson.ts';
import { blocksOf, withLineFeeds, type Block } from './markdown.ts';
import { readProof } from './proof.ts';

const defaultLimitMs = 30_000;
const cleanupLimitMs = 120_000;

/** What stands between the first two `---`. */
interface FrontMatter {
  readonly proves: string;
  readonly touches: Reach;
  readonly notProven?: string;
}

/**
 * @param proof the text of its proof.yaml, where it has one.
 * @throws {PageError} that names every problem.
 */
export function readPage(file: string, source: string, proof?: string): Lesson {
  const problems: string[] = [];
  const complain = (line: number, problem: string) => void problems.push(`:${line}: ${problem}`);
  const [, digits, id] = /(?:^|\/)(\d\d)-([a-z-]+)\/README\.md$/.exec(file) ?? [];
  if (digits === undefined || id === undefined) throw new PageError(file, ['a lesson is NN-<id>/README.md']);
  const identity = { file, number: Number(digits), id };
  if (proof !== undefined) return readProvenPage(identity, source, proof);

  const { data, bodyLine, body } = splitFrontMatter(source);
  const front = readFrontMatter(data, (problem) => complain(1, `front matter: ${problem}`));

  const { steps, prose, sabotages, title } = readBody(body, bodyLine, complain);
  if (title === undefined) complain(bodyLine, 'no title (`# …`) before the first block');
  if (!steps.some(({ kind }) => kind === 'run')) complain(bodyLine, 'no ```bash block: nothing is proven');
  const [sabotage, second] = sabotages;
  if (sabotage === undefined)
    complain(bodyLine, 'no <!-- sabotage: COMMAND -->: nothing shows that it can fail');
  if (second !== undefined) complain(second.line, 'a second sabotage: one is enough');
  if (sabotage && !steps.some(({ kind, number }) => kind === 'run' && number >= sabotage.before))
    complain(sabotage.line, 'no step comes after the sabotage that could notice it');
  const cleansUp = steps.some(({ kind }) => kind === 'cleanup');
  if (front.touches !== 'nothing' && !cleansUp)
    complain(bodyLine, `it touches ${front.touches} and has no \`\`\`bash cleanup block`);

  if (problems.length > 0 || !sabotage || title === undefined) throw new PageError(file, problems);
  return { ...identity, title, ...front, steps, sabotage, prose };
}

/** A page whose blocks are named, with the proof that says what they show. */
function readProvenPage(
  identity: Pick<Lesson, 'file' | 'number' | 'id'>,
  source: string,
  text: string,
): Lesson {
  const { file } = identity;
  const proofFile = file.replace(/README\.md$/, 'proof.yaml');
  const problems: string[] = [];
  const body = readNamedBody(file, source);
  problems.push(...body.problems);
  const {
    steps,
    file: _,
    proves,
    touches,
    notProven,
    ...proof
  } = readProof(
    proofFile,
    text,
    body.steps,
    (line, problem) => void problems.push(`${proofFile}:${line}: ${problem}`),
  );
  if (touches !== 'nothing' && !steps.some(({ kind }) => kind === 'cleanup'))
    problems.push(`${file}: it touches ${touches} and has no \`\`\`bash cleanup block`);
  const [first] = proof.claims;
  if (problems.length > 0 || !first || body.title === undefined) throw new PageError('', problems);
  return {
    ...identity,
    title: body.title,
    proves,
    touches,
    ...(notProven === undefined ? {} : { notProven }),
    steps,
    sabotage: first.sabotage,
    proof: { file: proofFile, ...proof },
    prose: body.prose,
  };
}

/** The blocks and the prose of a page with a proof, or of its translation; problems are a line each. */
export function readNamedBody(file: string, source: string): Body & { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const complain = (line: number, problem: string) => void problems.push(`${file}:${line}: ${problem}`);
  const text = withLineFeeds(source);
  if (text.startsWith('---\n')) complain(1, 'a page with a proof.yaml has no front matter');
  const body = readBody(text, 1, complain, true);
  if (body.title === undefined) complain(1, 'no title (`# …`) before the first block');
  if (!body.steps.some(({ kind }) => kind === 'run')) complain(1, 'no ```bash block: nothing is proven');
  for (const { line } of body.sabotages) complain(line, 'sabotages stand in proof.yaml');
  const seen = new Set<string>();
  for (const { line, name = '' } of body.steps) {
    if (seen.has(name)) complain(line, `a second block "${name}"`);
    seen.add(name);
  }
  return { ...body, problems };
}

function readFrontMatter(data: unknown, complain: (problem: string) => void): FrontMatter {
  const given = (typeof data === 'object' ? data : {}) as Record<string, unknown>;
  for (const key of Object.keys(given))
    if (!['proves', 'touches', 'notProven'].includes(key)) complain(`unknown key "${key}"`);
  const text = (key: string): string | undefined => {
    const value = given[key];
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    complain(`${key} has to be a text`);
  };
  const notProven = text('notProven');
  const touches = reaches.find((reach) => reach === given['touches']);
  if (touches === undefined) complain(`touches has to be one of ${reaches.join(', ')}`);
  if (given['proves'] === undefined) complain('proves is missing: what is observed, in one sentence');
  return {
    proves: text('proves') ?? '',
    touches: touches ?? 'nothing',
    ...(notProven === undefined ? {} : { notProven }),
  };
}

/** The YAML between the first two `---`, and what follows them with the number of its first line. */
export function splitFrontMatter(source: string): { data: unknown; bodyLine: number; body: string } {
  const text = withLineFeeds(source);
  const match = /^---\n([\s\S]*?\n)---\n/.exec(text);
  if (!match) return { data: {}, bodyLine: 1, body: text };
  return {
    data: parse(match[1] ?? '') as unknown,
    bodyLine: match[0].split('\n').length,
    body: text.slice(match[0].length),
  };
}

export interface Body {
  readonly steps: Step[];
  readonly prose: string[];
  readonly sabotages: Sabotage[];
  /** Of the first heading of level 1 before the first step. */
  readonly title?: string;
}

type Complain = (line: number, problem: string) => void;

function readBody(body: string, bodyLine: number, complain: Complain, named = false): Body {
  const lines = body.split('\n');
  const steps: Step[] = [];
  const sabotages: Sabotage[] = [];
  const segments: string[] = [];
  let prose: string[] = [];
  let title: string | undefined;
  /** The first line that is not read yet. */
  let next = 0;
  /** The step that an `output` would belong to: only blank lines have come since. */
  let latest: Step | undefined;

  /** Takes the lines of a block out of the prose. */
  const take = ({ start, end }: Block): void => {
    const before = lines.slice(next, start);
    // Within a quotation a blank line has its mark.
    if (before.some((line) => !/^[\s>]*$/.test(line))) latest = undefined;
    prose.push(...before);
    next = end;
  };

  for (const block of blocksOf(body)) {
    const line = bodyLine + block.start;
    if (block.kind === 'heading') {
      if (block.level === 1 && steps.length === 0) title ??= block.text;
    } else if (block.kind === 'html') {
      const script = readSabotage(block.text);
      if (script === undefined) continue;
      if (script === '') complain(line, 'a sabotage stands alone on a line: <!-- sabotage: COMMAND -->');
      take(block);
      latest = undefined;
      sabotages.push({ line, script, before: steps.length + 1 });
    } else if (block.kind === 'fence') {
      if (!block.closed) {
        complain(line, 'the block is not closed');
        continue;
      }
      const [language = '', ...words] = block.info.split(/\s+/);
      if (language === 'bash') {
        take(block);
        const place = { number: steps.length + 1, line };
        latest = named
          ? readNamedCommands(block.text, words, place, complain)
          : readCommands(block.text, words, place, complain);
        steps.push(latest);
        segments.push(prose.join('\n'));
        prose = [];
      } else if (language === 'output') {
        take(block);
        if (!latest || latest.kind === 'cleanup' || latest.expected !== undefined) {
          complain(line, 'an output has to follow the ```bash block that prints it');
          continue;
        }
        if (named && words.length > 0) complain(line, 'what stands behind `output` stands in proof.yaml');
        latest = named
          ? { ...latest, expected: block.text }
          : readExpected(block.text, words, latest, complain, line);
        steps[steps.length - 1] = latest;
      }
    }
  }
  prose.push(...lines.slice(next));
  return {
    steps,
    prose: [...segments, prose.join('\n')],
    sabotages,
    ...(title === undefined ? {} : { title }),
  };
}

function readCommands(
  script: string,
  words: readonly string[],
  { number, line }: Pick<Step, 'number' | 'line'>,
  complain: Complain,
): Step {
  const options = readOptions(words, ['cleanup'], ['limit'], (what) => complain(line, what));
  const kind = options.flags.has('cleanup') ? 'cleanup' : 'run';
  if (script.trim() === '') complain(line, 'a block without a command');
  const limitMs = options.times.get('limit') ?? (kind === 'cleanup' ? cleanupLimitMs : defaultLimitMs);
  return { number, line, kind, script, limitMs, mustFail: false };
}

/** The block's name is the one word behind `bash`; how it is run, the proof says. */
function readNamedCommands(
  script: string,
  [name, ...more]: readonly string[],
  { number, line }: Pick<Step, 'number' | 'line'>,
  complain: Complain,
): Step {
  if (name === undefined || more.length > 0 || !/^[a-z][a-z0-9-]*$/.test(name))
    complain(line, 'a block has a name of small letters, and nothing else: ```bash NAME');
  if (script.trim() === '') complain(line, 'a block without a command');
  const cleanup = name === 'cleanup';
  return {
    number,
    line,
    kind: cleanup ? 'cleanup' : 'run',
    ...(name === undefined ? {} : { name }),
    script,
    limitMs: cleanup ? cleanupLimitMs : defaultLimitMs,
    mustFail: false,
  };
}

/** @returns the step with what it is expected to print. */
function readExpected(
  expected: string,
  words: readonly string[],
  step: Step,
  complain: Complain,
  line: number,
): Step {
  const options = readOptions(words, ['fails'], ['within'], (what) => complain(line, what));
  const withinMs = options.times.get('within');
  return {
    ...step,
    expected,
    mustFail: options.flags.has('fails'),
    ...(withinMs === undefined ? {} : { withinMs }),
  };
}

/**
 * The command of a sabotage. For readers of the page it is not there.
 * @returns nothing for other HTML, an empty text for a sabotage that does not stand alone on a line.
 */
function readSabotage(html: string): string | undefined {
  if (!/^<!--\s*sabotage:/.test(html)) return undefined;
  return /^<!-- sabotage: (.+?) -->$/.exec(html)?.[1] ?? '';
}

interface Options {
  readonly flags: ReadonlySet<string>;
  readonly times: ReadonlyMap<string, number>;
}

function readOptions(
  words: readonly string[],
  flags: readonly string[],
  times: readonly string[],
  complain: (what: string) => void,
): Options {
  const found = { flags: new Set<string>(), times: new Map<string, number>() };
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (flags.includes(word)) found.flags.add(word);
    else if (times.includes(word)) {
      const [, seconds] = /^(\d+)s$/.exec(queue.shift() ?? '') ?? [];
      if (seconds === undefined) complain(`${word} wants a time in seconds, like 30s`);
      else found.times.set(word, Number(seconds) * 1000);
    } else complain(`unknown word "${word}": ${[...flags, ...times].join(', ')} are known`);
  }
  return found;
}
