import { hashOf, Random } from './random.ts';
import { mutate } from './mutate.ts';
import { Finding, type Subject, type Target } from './target.ts';

/** Processor time that a target may take for one input, in milliseconds. */
const maxCpuMs = 50;

/**
 * The input of a number: the same for the same seed and corpus. Each has its own random sequence, so that a parent
 * process can make the input on which its child hung.
 */
export function inputOf(target: Target, corpus: readonly Buffer[], seed: number, index: number): Buffer {
  const random = new Random(hashOf(Buffer.from(`${target.name} ${seed} ${index}`)));
  if (random.once(2)) return target.generate(random).subarray(0, target.maxBytes);
  return mutate(
    random.pick(corpus),
    random,
    { tokens: target.tokens, other: random.pick(corpus) },
    target.maxBytes,
  );
}

/**
 * Runs one input. The time is this thread's processor time, so that a busy machine finds nothing. An input that took
 * too long is run again, because a compilation or a garbage collection may have been a part of it.
 * @param timesSlower how many times slower the machine may be than one that runs nothing else.
 * @returns what was found.
 */
export async function findingOf(
  subject: Subject,
  input: Buffer,
  timesSlower = 1,
): Promise<Finding | undefined> {
  const limit = maxCpuMs * timesSlower;
  try {
    let cpuMs = await cpuMsOf(subject, input);
    for (let again = 0; again < 4 && cpuMs > limit; again += 1)
      cpuMs = Math.min(cpuMs, await cpuMsOf(subject, input));
    if (cpuMs <= limit) return undefined;
    return new Finding('slow', `${cpuMs.toFixed(0)} ms of processor time, more than ${limit}`);
  } catch (error) {
    if (error instanceof Finding) return error;
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    return new Finding(`crash-${name}-${message.slice(0, 40)}`, stack ?? message);
  }
}

async function cpuMsOf(subject: Subject, input: Buffer): Promise<number> {
  const before = process.threadCpuUsage();
  // Each run gets a copy, so that what it changes does not reach the next one.
  await subject.run(Buffer.from(input));
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
