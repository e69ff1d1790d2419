const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as content or as an attribute's value. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (char) => entities[char] ?? char);

/** Markdown's `code` in an otherwise plain sentence, as HTML. */
export const inline = (text: string): string => escape(text).replace(/`([^`]+)`/g, '<code>$1</code>');
