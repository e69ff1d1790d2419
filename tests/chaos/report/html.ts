const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as content or as an attribute's value. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
