/** Progress for people, on standard error: what happens, and how many seconds after the beginning. */
const beginning = performance.now();

const secondsSince = (start: number): string => ((performance.now() - start) / 1000).toFixed(1);

export function say(text: string): void {
  process.stderr.write(`${secondsSince(beginning).padStart(6)} s  ${text}\n`);
}

/** Says when the step begins and how long it took; steps may run side by side. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  say(`${title} …`);
  try {
    const result = await work();
    say(`${title}: done in ${secondsSince(start)} s`);
    return result;
  } catch (error) {
    say(`${title}: FAILED after ${secondsSince(start)} s`);
    throw error;
  }
}
