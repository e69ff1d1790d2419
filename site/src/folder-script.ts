/**
 * Runs in each page, first. Browsers load no modules from a folder, so of a page that was opened as a file only the text, its
 * look and its links are there: a line on top says how to have the rest.
 */
export const folderScript = (server: string): string => `
if (location.protocol === 'file:') {
  document.documentElement.classList.add('from-folder');
  addEventListener('DOMContentLoaded', () => {
    const note = document.createElement('p');
    note.className = 'folder-note';
    note.textContent = ${JSON.stringify(`Opened from a folder: text and links only. Search, progress and copy buttons need a server: ${server}`)};
    document.body.prepend(note);
  });
}
`;
