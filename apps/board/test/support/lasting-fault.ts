import { aborted, type Fault } from '../../src/faults/fault.ts';

/** A fault that lasts until it is undone, and breaks nothing. @param started called each time it begins. */
export const lastingFault = (name: string, started: (name: string) => void): Fault => ({
  name,
  title: 'Stop user',
  clientSees: 'a fallback',
  mustHold: [],
  lasting: true,
  async run({ active }, signal) {
    started(name);
    active();
    await aborted(signal);
  },
});
