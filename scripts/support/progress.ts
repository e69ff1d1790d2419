/** Progress for people, on standard error: what happens, and how many seconds after the beginning. */
const beginning = performance.now();

const secondsSince = (start: number): string => ((performance.now() - start) / 1000).toFixed(1);

export function say(text: string): void {
  process.stderr.write(`${secondsSince(beginning).padStart(6)} s  ${text}\n`);
}

/** A step that is over sooner is reported once. */
const briefMs = 400;

/** Reports that a step begins and how long it took. Steps may run at the same time. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const announcement = setTimeout(() => say(`${title} …`), briefMs);
  const end = (outcome: string) => {
    clearTimeout(announcement);
    say(`${title}: ${outcome} ${secondsSince(start)} s`);
  };
  try {
    const result = await work();
    end('done in');
    return result;
  } catch (error) {
    end('FAILED after');
    throw error;
  }
}
