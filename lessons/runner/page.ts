/**
 * Reads a page. It is Markdown as CommonMark defines it; these parts of it are run:
 *
 *     ```bash NAME        commands, to be pasted into a terminal at the root of the repository
 *     ```output           what the block before it prints; `…` stands for anything in a line, alone for any lines
 *     ```bash cleanup     run at the end, also when the lesson has failed, in a separate shell
 *
 * Blocks of other languages are illustrations. How each block is run, and what it shows, is in the proof.yaml beside the page
 * (proof.ts).
 */
import { PageError, proofFile, type Lesson, type PageBlock } from './lesson.ts';
import { blocksOf, withLineFeeds, type Block } from './markdown.ts';
import { readProof } from './proof.ts';

/**
 * @param source the text of the page. @param proof the text of its proof.yaml.
 * @throws {PageError} that names every problem.
 */
export function readPage(file: string, source: string, proof: string): Lesson {
  const [, digits, id] = /(?:^|\/)(\d\d)-([a-z-]+)\/README\.md$/.exec(file) ?? [];
  if (digits === undefined || id === undefined)
    throw new PageError([`${file}: a lesson is NN-<id>/README.md`]);
  const { blocks, prose, title, problems } = readBody(file, source);
  const complain = (line: number, problem: string) =>
    void problems.push(`${proofFile(file)}:${line}: ${problem}`);
  const { claims, needs, seconds, picture, steps, ...front } = readProof(proof, blocks, complain);
  if (front.touches !== 'nothing' && !steps.some(({ kind }) => kind === 'cleanup'))
    problems.push(`${file}: it touches ${front.touches} and has no \`\`\`bash cleanup block`);
  const [first, ...others] = claims;
  if (problems.length > 0 || !first || title === undefined) throw new PageError(problems);
  return {
    file,
    number: Number(digits),
    id,
    title,
    ...front,
    steps,
    proof: {
      file: proofFile(file),
      needs,
      seconds,
      claims: [first, ...others],
      ...(picture === undefined ? {} : { picture }),
    },
    prose,
  };
}

/** A page without its proof, or a translation of one. */
export interface Body {
  readonly blocks: PageBlock[];
  /** What stands before, between and after the blocks: one more than there are blocks. */
  readonly prose: string[];
  /** Of the first heading of level 1 before the first block. */
  readonly title?: string;
  /** A line each, with the file. */
  readonly problems: string[];
}

/** The blocks and the prose of a page, or of its translation. */
export function readBody(file: string, source: string): Body {
  const text = withLineFeeds(source);
  const lines = text.split('\n');
  const problems: string[] = [];
  const complain = (line: number, problem: string) => void problems.push(`${file}:${line}: ${problem}`);
  const blocks: PageBlock[] = [];
  const segments: string[] = [];
  let prose: string[] = [];
  let title: string | undefined;
  /** The first line that is not read yet. */
  let next = 0;
  /** The block that an `output` would belong to: only blank lines have come since. */
  let latest: PageBlock | undefined;

  /** Takes the lines of a block out of the prose. */
  const take = ({ start, end }: Block): void => {
    const before = lines.slice(next, start);
    // Within a quotation a blank line has its mark.
    if (before.some((line) => !/^[\s>]*$/.test(line))) latest = undefined;
    prose.push(...before);
    next = end;
  };

  for (const block of blocksOf(text)) {
    const line = 1 + block.start;
    if (block.kind === 'heading') {
      if (block.level === 1 && blocks.length === 0) title ??= block.text;
    } else if (block.kind === 'fence') {
      if (!block.closed) {
        complain(line, 'the block is not closed');
        continue;
      }
      const [language = '', ...words] = block.info.split(/\s+/);
      if (language === 'bash') {
        take(block);
        const [name = '', ...more] = words;
        if (more.length > 0 || !/^[a-z][a-z0-9-]*$/.test(name))
          complain(line, 'a block has a name of small letters, and nothing else: ```bash NAME');
        if (block.text.trim() === '') complain(line, 'a block without a command');
        if (name !== '' && blocks.some((earlier) => earlier.name === name))
          complain(line, `a second block "${name}"`);
        const kind = name === 'cleanup' ? 'cleanup' : 'run';
        latest = { number: blocks.length + 1, line, kind, name, script: block.text };
        blocks.push(latest);
        segments.push(prose.join('\n'));
        prose = [];
      } else if (language === 'output') {
        take(block);
        if (!latest || latest.kind === 'cleanup' || latest.expected !== undefined) {
          complain(line, 'an output has to follow the ```bash block that prints it');
          continue;
        }
        if (words.length > 0) complain(line, 'what stands behind `output` stands in proof.yaml');
        latest = { ...latest, expected: block.text };
        blocks[blocks.length - 1] = latest;
      }
    }
  }
  prose.push(...lines.slice(next));
  if (title === undefined) complain(1, 'no title (`# …`) before the first block');
  if (!blocks.some(({ kind }) => kind === 'run')) complain(1, 'no ```bash block: nothing is proven');
  return {
    blocks,
    prose: [...segments, prose.join('\n')],
    problems,
    ...(title === undefined ? {} : { title }),
  };
}
