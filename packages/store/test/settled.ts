/** Why a settled promise was rejected; undefined when it was not. */
export function reasonOf(result: PromiseSettledResult<unknown>): unknown {
  return result.status === 'rejected' ? result.reason : undefined;
}
