import { StoreUnavailableError } from '../port.ts';

/**
 * Waits for `work` no longer than `timeoutMs` milliseconds. What is late goes on unobserved: whether a write was
 * done is then unknown, as it is after every {@link StoreUnavailableError}.
 *
 * The driver's own `timeoutMS` would be the place for this, but has had no effect since 7.9
 * (`TimeoutContext.create` in its src/timeout.ts); its socket time-out is an upper limit for what goes on unobserved.
 */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new StoreUnavailableError(`the database did not answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
