/** Something that the user can put right; the message says what, where and how. */
export class SetUpError extends Error {
  override readonly name = 'SetUpError';
}
