/**
 * Preloaded (`node --import`) into every program of the laptop mode: when the supervisor is gone, however it went, the
 * kernel closes its end of standard input, and the program shuts down as if told to. Nothing is left on the ports.
 */
process.stdin.resume();
process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.once('error', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.unref();
