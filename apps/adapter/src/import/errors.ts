/** A service did not answer, for as long as the import had patience. The run ends. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

/** A service answers, and not as it should to anything: wrong address, no permission. The run ends. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** A feed came to no end: what is missing is unknown. The run goes on with the next one and fails in the end. */
export class IncompleteFeedError extends Error {
  override readonly name = 'IncompleteFeedError';
}

/** A signal stops the run. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}
