/** Progress for people, on standard error: what happens, and how many seconds after the beginning. */
const beginning = performance.now();

const secondsSince = (start: number): string => ((performance.now() - start) / 1000).toFixed(1);

export function say(text: string): void {
  process.stderr.write(`${secondsSince(beginning).padStart(6)} s  ${text}\n`);
}

interface Span {
  readonly title: string;
  /** Seconds after the beginning. */
  readonly from: number;
  readonly to: number;
}
const spans: Span[] = [];

/** The steps so far, a line each: when it ran, and in which part of the whole time. */
export const timeline = (): string[] => drawTimeline(spans);

/** @param width of the whole time, in characters. */
export function drawTimeline(steps: readonly Span[], width = 40): string[] {
  const sorted = steps.toSorted((a, b) => a.from - b.from);
  const end = Math.max(...sorted.map(({ to }) => to), 0.1);
  const at = (seconds: number): number => Math.min(width - 1, Math.floor((seconds / end) * width));
  return sorted.map(({ title, from, to }) => {
    const bar = ' '.repeat(at(from)) + '#'.repeat(at(to) - at(from) + 1);
    return `${from.toFixed(1).padStart(6)} to ${to.toFixed(1).padStart(5)} s  |${bar.padEnd(width)}|  ${title}`;
  });
}

/** A step that is over sooner is reported once. */
const briefMs = 400;

/** Reports that a step begins and how long it took. Steps may run at the same time. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const announcement = setTimeout(() => say(`${title} …`), briefMs);
  const end = (outcome: string) => {
    clearTimeout(announcement);
    const from = (start - beginning) / 1000;
    spans.push({ title, from, to: (performance.now() - beginning) / 1000 });
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
