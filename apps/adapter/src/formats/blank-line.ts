/** Whether a line is empty: nothing but blanks and the end-of-file marks of CP/M and DOS (0x1A). */
export const isBlankLine = (text: string): boolean => text.replaceAll('\u001A', '').trim() === '';
