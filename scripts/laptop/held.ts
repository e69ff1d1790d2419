/**
 * Preloaded (`node --import`) into the next process of a program while an edit is compiled: it loads what the program
 * needs of node_modules, which is most of a start, and waits until the old process has ended. Standard input has two
 * lines: the modules as JSON, and later an empty one to go on. Without the second one it ends.
 */
import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { value = '[]' } = await lines.next();
// One that is not found here is loaded by the program itself.
for (const name of JSON.parse(value) as string[]) await import(name).catch(() => undefined);
if ((await lines.next()).done === true) process.exit(0);
await import('./exit-with-parent.ts');
