/** Markdown as CommonMark 0.31 defines it: the parts that the lessons give a meaning to, and where they are. */
import MarkdownIt from 'markdown-it';

const parser = new MarkdownIt('commonmark');
const { unescapeAll } = parser.utils;
type Token = ReturnType<typeof parser.parse>[number];

/** Lines of the text, counted from 0; `end` is the line after the last one. */
interface Place {
  readonly start: number;
  readonly end: number;
}

export type Block = Place &
  (
    | {
        readonly kind: 'fence';
        /** The words behind the fence, the language first. */
        readonly info: string;
        /** What it holds, without the indentation of the fence and the last line feed. */
        readonly text: string;
        readonly closed: boolean;
      }
    /** One that is in no list and no quotation. */
    | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  );

/** The text as the parser counts its lines: CommonMark ends a line with LF, CR LF or CR. */
export const withLineFeeds = (text: string): string => text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');

/** @param markdown with line feeds. @returns the blocks in their order, those within lists and quotations, too. */
export function blocksOf(markdown: string): Block[] {
  const tokens = parser.parse(markdown, {});
  return tokens.flatMap((token, index) => {
    if (!token.map) return [];
    const [start, end] = token.map;
    const block = readBlock(token, tokens[index + 1]?.content ?? '', end - start);
    return block === undefined ? [] : [{ start, end, ...block }];
  });
}

type Unplaced<B> = B extends Block ? Omit<B, keyof Place> : never;

function readBlock(
  { type, content, info, level, tag }: Token,
  next: string,
  lines: number,
): Unplaced<Block> | undefined {
  switch (type) {
    case 'fence': {
      // Each line of the content ends in a line feed. Of the fences, the closing one may be missing (section 4.5).
      const closed = lines === content.split('\n').length - 1 + 2;
      return { kind: 'fence', info: unescapeAll(info).trim(), text: content.replace(/\n$/, ''), closed };
    }
    case 'heading_open':
      return level === 0 ? { kind: 'heading', level: Number(tag.slice(1)), text: next } : undefined;
    default:
      return undefined;
  }
}
