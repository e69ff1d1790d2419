/** Pieces of the Markdown that is given to VitePress. */

/** With a fence that is longer than any within. */
export function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Blank lines around the content, so that it is Markdown again. */
export const folded = (kind: string, summary: string, content: string): string =>
  `<details class="${kind}">\n<summary>${summary}</summary>\n\n${content}\n\n</details>`;

/** @param fields are written as JSON, which is YAML. */
export const withFields = (fields: Readonly<Record<string, unknown>>, markdown: string): string =>
  `---\n${Object.entries(fields)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join('\n')}\n---\n\n${markdown.trim()}\n`;

export const titleOf = (markdown: string): string | undefined => /^# (.+)$/m.exec(markdown)?.[1];
