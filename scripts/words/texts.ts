/** A piece of a file that a person reads. */
export interface Text {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

const code = new Set(['ts', 'tsx', 'cjs', 'mjs', 'js', 'json']);
const prose = new Set(['md', 'yaml', 'yml', 'html', 'css', 'toml', 'env', 'sh', 'proto']);

/** @returns the lines of a file that a person reads: all of a page or manifest, the comments and strings of a program. */
export function textsOf(path: string, content: string): readonly Text[] {
  if (path === 'package-lock.json') return [];
  const ending = path.slice(path.lastIndexOf('.') + 1);
  if (code.has(ending)) return textsOfProgram(content).flatMap(linesOf);
  if (prose.has(ending) || path.endsWith('Dockerfile') || path === '.ci/run')
    return linesOf({ line: 1, text: content });
  return [];
}

const linesOf = ({ line, text }: Text): Text[] =>
  text.split('\n').map((piece, index) => ({ line: line + index, text: piece }));

/** A slash after one of these begins a regular expression; after anything else it divides. */
const beforeExpression = /(?:[=(,:;!&|?{}[+*%~^>]|\b(?:return|typeof|case|of|await|yield))$/;

/** @returns the comments and strings of a TypeScript program. Regular expressions are not read. */
export function textsOfProgram(source: string): Text[] {
  const texts: Text[] = [];
  /** One entry for each open `${`: the number of braces open within it. */
  const templates: number[] = [];
  let line = 1;
  let at = 0;

  /** Takes a text and goes on behind its end mark. */
  function take(from: number, to: number, markLength: number): void {
    texts.push({ line, text: source.slice(from, to) });
    skip(to + markLength);
  }

  function skip(to: number): void {
    for (; at < to; at += 1) if (source[at] === '\n') line += 1;
  }

  /** Takes a template's text from `at` to its end or to the next `${`. */
  function takeTemplate(): void {
    let to = at + 1;
    while (to < source.length && source[to] !== '`' && !source.startsWith('${', to))
      to += source[to] === '\\' ? 2 : 1;
    const isOpen = source[to] === '$';
    if (isOpen) templates.push(0);
    take(at + 1, to, isOpen ? 2 : 1);
  }

  while (at < source.length) {
    const char = source[at];
    if (source.startsWith('//', at)) take(at + 2, endOf(source, '\n', at), 0);
    else if (source.startsWith('/*', at)) take(at + 2, endOf(source, '*/', at + 2), 2);
    else if (char === "'" || char === '"') take(at + 1, endOfString(source, at, char), 1);
    else if (char === '`') takeTemplate();
    else if (char === '}' && templates.at(-1) === 0) {
      templates.pop();
      takeTemplate();
    } else if (char === '/' && beforeExpression.test(source.slice(Math.max(0, at - 80), at).trimEnd()))
      skip(endOfExpression(source, at));
    else {
      const open = templates.at(-1);
      if (open !== undefined && char === '{') templates[templates.length - 1] = open + 1;
      if (open !== undefined && char === '}') templates[templates.length - 1] = open - 1;
      skip(at + 1);
    }
  }
  return texts;
}

function endOf(source: string, what: string, from: number): number {
  const end = source.indexOf(what, from);
  return end === -1 ? source.length : end;
}

function endOfString(source: string, from: number, quote: string): number {
  let end = from + 1;
  while (end < source.length && source[end] !== quote && source[end] !== '\n')
    end += source[end] === '\\' ? 2 : 1;
  return end;
}

function endOfExpression(source: string, from: number): number {
  let end = from + 1;
  let isInClass = false;
  while (end < source.length && source[end] !== '\n' && (isInClass || source[end] !== '/')) {
    if (source[end] === '[') isInClass = true;
    if (source[end] === ']') isInClass = false;
    end += source[end] === '\\' ? 2 : 1;
  }
  return end + 1;
}
