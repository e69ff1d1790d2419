/** Whether a line holds nothing: blanks, or the end-of-file mark of CP/M and DOS. */
export const isBlankLine = (text: string): boolean => text.replaceAll('\u001A', '').trim() === '';
