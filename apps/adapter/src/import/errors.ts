/** A service did not respond, although the import retried for as long as it may. The run ends. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

/** A service responds, but refuses every request: wrong address or no permission. The run ends. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** A feed was incomplete, and what is missing is unknown. The run goes on with the next feed, and fails in the end. */
export class IncompleteFeedError extends Error {
  override readonly name = 'IncompleteFeedError';
}

/** A signal stops the run. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}
