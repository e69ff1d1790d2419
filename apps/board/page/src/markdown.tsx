/** The part of Markdown that lessons use, and three tags of HTML, as elements: no HTML of a text is ever run. */
import type { ComponentChild } from 'preact';

export function Markdown({ text }: { readonly text: string }) {
  return <>{blocksOf(text)}</>;
}

function blocksOf(text: string): ComponentChild[] {
  const blocks: ComponentChild[] = [];
  const lines = text.split('\n');
  let at = 0;
  const take = (test: (line: string) => boolean): string[] => {
    const from = at;
    while (at < lines.length && test(lines[at] ?? '')) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const heading = /^(#{1,4}) (.*)$/.exec(line);
    if (line.trim() === '') at += 1;
    else if (line.startsWith('```')) {
      at += 1;
      blocks.push(<pre tabIndex={0}>{take((next) => !next.startsWith('```')).join('\n')}</pre>);
      at += 1;
    } else if (heading) {
      at += 1;
      const Heading = (['h1', 'h2', 'h3', 'h4'] as const)[(heading[1]?.length ?? 1) - 1] ?? 'h4';
      blocks.push(<Heading>{inline(heading[2] ?? '')}</Heading>);
    } else if (line.trim() === '<details>') {
      at += 1;
      blocks.push(detailsOf(take((next) => next.trim() !== '</details>').join('\n')));
      at += 1;
    } else if (line.startsWith('|')) blocks.push(table(take((next) => next.startsWith('|'))));
    else if (/^([-*]|\d+\.) /.test(line)) {
      const items = take((next) => next.trim() !== '' && /^([-*] |\d+\. |\s)/.test(next));
      blocks.push(listOf(items, /^\d/.test(line)));
    } else
      blocks.push(
        <p>
          {inline(
            take(
              (next) => next.trim() !== '' && !/^(```|#{1,4} |\||[-*] |\d+\. |<details>\s*$)/.test(next),
            ).join(' '),
          )}
        </p>,
      );
  }
  return blocks;
}

/** A question that opens. */
function detailsOf(text: string) {
  const [, question = '', rest = text] = /^\s*<summary>([^]*?)<\/summary>([^]*)$/.exec(text) ?? [];
  return (
    <details>
      <summary>{inline(question.replaceAll('\n', ' '))}</summary>
      {blocksOf(rest)}
    </details>
  );
}

function listOf(lines: readonly string[], ordered: boolean) {
  const items: string[] = [];
  for (const line of lines) {
    const begun = /^(?:[-*]|\d+\.) (.*)$/.exec(line);
    if (begun) items.push(begun[1] ?? '');
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  const List = ordered ? 'ol' : 'ul';
  return (
    <List>
      {items.map((item, index) => (
        <li key={index}>{inline(item)}</li>
      ))}
    </List>
  );
}

function table(lines: readonly string[]) {
  const rows = lines.map((line) =>
    line
      .replace(/^\||\|\s*$/g, '')
      .split('|')
      .map((cell) => cell.trim()),
  );
  const [head = [], , ...body] = rows;
  return (
    <div class="table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((cell, index) => (
              <th key={index} scope="col">
                {inline(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{inline(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const spans =
  /(`+)([\s\S]+?)\1|<code>([^]+?)<\/code>|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|!?\[([^\]]*)\]\(([^)\s]+)\)/g;

/** Code, bold, italics and links. A link within the repository is its text: the page has no other files. */
function inline(text: string): ComponentChild[] {
  const parts: ComponentChild[] = [];
  let from = 0;
  for (const match of text.matchAll(spans)) {
    const [whole, , quoted, tagged, bold, italic, label, address] = match;
    const code = quoted ?? tagged;
    parts.push(text.slice(from, match.index));
    from = match.index + whole.length;
    if (code !== undefined) parts.push(<code>{code.trim()}</code>);
    else if (bold !== undefined) parts.push(<strong>{inline(bold)}</strong>);
    else if (italic !== undefined) parts.push(<em>{inline(italic)}</em>);
    else if (address?.startsWith('https://'))
      parts.push(
        <a href={address} target="_blank" rel="noreferrer noopener">
          {inline(label ?? '')}
        </a>,
      );
    else {
      const lesson = /(\d\d-[a-z-]+)\/README(?:\.ko)?\.md$/.exec(address ?? '')?.[1];
      parts.push(
        lesson === undefined ? (
          <span>{inline(label ?? '')}</span>
        ) : (
          <a href={`#lessons/${lesson}`}>{inline(label ?? '')}</a>
        ),
      );
    }
  }
  parts.push(text.slice(from));
  return parts;
}
