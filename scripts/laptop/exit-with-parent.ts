/**
 * Preloaded (`node --import`) into every program of the laptop mode: when the supervisor ends in any way, the
 * kernel closes its end of standard input, and the program shuts down as after a signal. Nothing is left on the ports.
 */
process.stdin.resume();
process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.once('error', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.unref();
