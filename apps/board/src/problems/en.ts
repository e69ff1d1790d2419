import type { ProblemTexts } from './problem.ts';

export const problemsInEnglish: ProblemTexts = {
  'no-fault': ({ name }) => `There is no fault "${name}".`,
  'fault-started': ({ name }) => `${name} has been started already.`,
  'fault-not-started': ({ name }) => `"${name}" has not been started: there is nothing to undo.`,
  'fault-in-progress': ({ name }) => `${name} is in progress: undo it first, or wait until it is over.`,
  'not-undone': ({ parts }) =>
    `Not all of it could be undone; npm run board -- --undo tries again:\n${parts.join('\n')}`,
  'no-lesson': () => 'There is no such lesson.',
  'no-action': () => 'There is no such action.',
  'lesson-in-progress': ({ id }) => `Lesson ${id} is in progress: reset it, or wait until it ends.`,
  'no-step-waits': () => 'No step of this lesson waits: start it step by step.',
  'bad-traffic': ({ most }) => `"on" must be true or false, "perSecond" a whole number from 0 to ${most}.`,
  'not-here': () => 'This cannot be done here.',
  ending: () => 'The board is ending.',
  starting: () => 'The board is starting.',
  unexpected: () => 'The board could not do that.',
  'cluster-lost': ({ context, reason }) =>
    `${context} does not answer (${reason}). Is it running? npm run up starts it.`,
  'laptop-lost': ({ folder, reason }) =>
    `No shop is running with the data in ${folder} (${reason}). Start it: npm start`,
  'wrong-host': () => 'The board is reached as localhost or 127.0.0.1 only.',
  'wrong-method': () => 'Method not allowed. Allowed: GET, HEAD, POST.',
  'other-site': () => 'The board accepts requests from its own page only.',
  'wrong-token': () => 'The token in this address is not the one of the board that runs now.',
  'no-session': () => 'Open the address that the board printed.',
  said: ({ text }) => text,
};
