/**
 * Reads a page. It is ordinary Markdown; these parts of it are run:
 *
 *     ```bash                  commands, to be pasted into a terminal at the root of the repository
 *     ```bash limit 90s        the same, when they may take longer than 30 s
 *     ```output                what the block before it prints; `…` stands for anything in a line, alone for any lines
 *     ```output within 60s     the commands are run again until they print that
 *     ```output fails          the commands have to fail, and print that
 *     ```bash cleanup          run at the end, also when the lesson has failed, in a shell of its own
 *     <!-- sabotage: COMMAND --> what makes the lesson FAIL when it is run at this place
 *
 * Blocks of other languages are illustrations.
 */
import { basename } from 'node:path';
import { parse } from 'yaml';
import { PageError, reaches, type Lesson, type Reach, type Sabotage, type Step } from './lesson.ts';

const defaultLimitMs = 30_000;
const cleanupLimitMs = 120_000;

/** What stands between the first two `---`. */
interface FrontMatter {
  readonly proves: string;
  readonly touches: Reach;
  readonly notProven?: string;
}

/** A part of a page between two fences, or one fence with what it holds. */
export type Part =
  | { readonly kind: 'text'; readonly line: number; readonly text: string }
  | { readonly kind: 'fence'; readonly line: number; readonly info: string; readonly text: string };

/** @throws {PageError} that names every problem. */
export function readPage(file: string, source: string): Lesson {
  const problems: string[] = [];
  const complain = (line: number, problem: string) => void problems.push(`:${line}: ${problem}`);
  const [, digits, id] = /^(\d\d)-([a-z-]+)\.md$/.exec(basename(file)) ?? [];
  if (digits === undefined || id === undefined)
    throw new PageError(file, ['the name of a lesson is NN-<id>.md']);

  const { data, bodyLine, body } = splitFrontMatter(source);
  const front = readFrontMatter(data, (problem) => complain(1, `front matter: ${problem}`));

  const { steps, prose, sabotages } = readBody(splitFences(body, bodyLine, complain), complain);
  const title = /^# (.+)$/m.exec(prose[0] ?? '')?.[1];
  if (title === undefined) complain(bodyLine, 'no title (`# …`) before the first block');
  if (!steps.some(({ kind }) => kind === 'run')) complain(bodyLine, 'no ```bash block: nothing is proven');
  const [sabotage, second] = sabotages;
  if (sabotage === undefined)
    complain(bodyLine, 'no <!-- sabotage: COMMAND -->: nobody knows that it can fail');
  if (second !== undefined) complain(second.line, 'a second sabotage: one is enough');
  if (sabotage && !steps.some(({ kind, number }) => kind === 'run' && number >= sabotage.before))
    complain(sabotage.line, 'no step comes after the sabotage that could tell');
  const cleansUp = steps.some(({ kind }) => kind === 'cleanup');
  if (front.touches !== 'nothing' && !cleansUp)
    complain(bodyLine, `it touches ${front.touches} and has no \`\`\`bash cleanup block`);

  if (problems.length > 0 || !sabotage || title === undefined) throw new PageError(file, problems);
  return { file, number: Number(digits), id, title, ...front, steps, sabotage, prose };
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
  const match = /^---\n([\s\S]*?\n)---\n/.exec(source);
  if (!match) return { data: {}, bodyLine: 1, body: source };
  return {
    data: parse(match[1] ?? '') as unknown,
    bodyLine: match[0].split('\n').length,
    body: source.slice(match[0].length),
  };
}

/** Splits Markdown at its fences, which start at the margin. */
export function splitFences(
  body: string,
  firstLine: number,
  complain: (line: number, problem: string) => void,
): Part[] {
  const parts: Part[] = [];
  let open: { line: number; info: string } | undefined;
  let lines: string[] = [];
  let start = firstLine;
  for (const [index, text] of body.split('\n').entries()) {
    const line = firstLine + index;
    const fence = /^```(.*)$/.exec(text);
    if (!fence) {
      lines.push(text);
      continue;
    }
    if (open) parts.push({ kind: 'fence', ...open, text: lines.join('\n') });
    else parts.push({ kind: 'text', line: start, text: lines.join('\n') });
    open = open ? undefined : { line, info: (fence[1] ?? '').trim() };
    start = line + 1;
    lines = [];
  }
  if (open) complain(open.line, 'the block is not closed');
  else parts.push({ kind: 'text', line: start, text: lines.join('\n') });
  return parts;
}

interface Body {
  readonly steps: Step[];
  readonly prose: string[];
  readonly sabotages: Sabotage[];
}

function readBody(parts: readonly Part[], complain: (line: number, problem: string) => void): Body {
  const steps: Step[] = [];
  const sabotages: Sabotage[] = [];
  let prose: string[] = [];
  const segments: string[] = [];
  /** The step that an `output` would belong to: only blank lines have come since. */
  let latest: Step | undefined;

  for (const part of parts) {
    if (part.kind === 'text') {
      const { text, found } = takeSabotages(part.text, part.line, steps.length + 1);
      sabotages.push(...found);
      prose.push(text);
      if (text.trim() !== '' || found.length > 0) latest = undefined;
      continue;
    }
    const [language = '', ...words] = part.info.split(/\s+/);
    if (language === 'bash') {
      const options = readOptions(words, ['cleanup'], ['limit'], (what) => complain(part.line, what));
      const kind = options.flags.has('cleanup') ? 'cleanup' : 'run';
      latest = {
        number: steps.length + 1,
        line: part.line,
        kind,
        script: part.text,
        limitMs: options.times.get('limit') ?? (kind === 'cleanup' ? cleanupLimitMs : defaultLimitMs),
        mustFail: false,
      };
      if (part.text.trim() === '') complain(part.line, 'a block without a command');
      steps.push(latest);
      segments.push(prose.join('\n'));
      prose = [];
    } else if (language === 'output') {
      const options = readOptions(words, ['fails'], ['within'], (what) => complain(part.line, what));
      if (!latest || latest.kind === 'cleanup' || latest.expected !== undefined) {
        complain(part.line, 'an output has to follow the ```bash block that prints it');
        continue;
      }
      const withinMs = options.times.get('within');
      latest = {
        ...latest,
        expected: part.text,
        mustFail: options.flags.has('fails'),
        ...(withinMs === undefined ? {} : { withinMs }),
      };
      steps[steps.length - 1] = latest;
    } else {
      prose.push(`\`\`\`${part.info}\n${part.text}\n\`\`\``);
      latest = undefined;
    }
  }
  return { steps, prose: [...segments, prose.join('\n')], sabotages };
}

/** Their place is where they are run; for readers they are not there. */
function takeSabotages(text: string, line: number, before: number): { text: string; found: Sabotage[] } {
  const found: Sabotage[] = [];
  const rest = text.replace(/^<!-- sabotage: (.+?) -->\n?/gm, (_whole, script: string, offset: number) => {
    const lineOfIt = line + text.slice(0, offset).split('\n').length - 1;
    found.push({ line: lineOfIt, script, before });
    return '';
  });
  return { text: rest, found };
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
