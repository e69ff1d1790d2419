/**
 * Calls `stop` at the first signal to end, and `force` at a later one. One Ctrl-C may arrive twice, from the terminal
 * and from npm, so signals within one second count as one.
 */
export function onSignalToEnd(stop: () => void, force: () => void): void {
  let firstAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const now = performance.now();
      if (firstAt === undefined) {
        firstAt = now;
        stop();
      } else if (now - firstAt > 1_000) force();
    });
  }
}
