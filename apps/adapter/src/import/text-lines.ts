/** Longer than a line of the adapter can be. */
const maxLength = 1024 * 1024;

/**
 * The lines of a body, as they come. What follows the last line end is no line: it was cut.
 * @throws whatever the body does, and for a line that does not end.
 */
export async function* textLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream('utf-8', { fatal: true }))) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLength) throw new Error(`a line has more than ${maxLength} characters`);
    yield* lines;
  }
}
