/** Longer than a line of the adapter can be. */
const maxLength = 1024 * 1024;

/** Bytes that are buffered for the reader, which writes to the shop and is slow. */
const maxAhead = 4 * 1024 * 1024;

/**
 * The lines of a body, as they come. What follows the last line end is not a line: it was cut.
 * @throws every error of the body, and for a line that does not end.
 */
export async function* textLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const bytes of readAhead(body)) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLength) throw new Error(`a line has more than ${maxLength} characters`);
    yield* lines;
  }
  // Throws where the body ends within a character.
  decoder.decode();
}

/**
 * Reads a body ahead. When a stream fails, it drops what has not been read yet. The adapter's last line, which says why
 * the feed breaks off, would then be lost.
 */
async function* readAhead(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  const ahead = { pieces: [] as Uint8Array[], bytes: 0, ended: false, failure: undefined as unknown };
  let progress = Promise.withResolvers<void>();
  const happened = (): void => {
    progress.resolve();
    progress = Promise.withResolvers();
  };

  async function read(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        ahead.pieces.push(value);
        ahead.bytes += value.length;
        happened();
        while (ahead.bytes > maxAhead) await progress.promise;
      }
    } catch (error) {
      ahead.failure = error;
    } finally {
      ahead.ended = true;
      happened();
    }
  }

  void read();
  try {
    while (!ahead.ended || ahead.pieces.length > 0) {
      const next = ahead.pieces.shift();
      if (!next) {
        await progress.promise;
        continue;
      }
      ahead.bytes -= next.length;
      happened();
      yield next;
    }
    if (ahead.failure) throw ahead.failure;
  } finally {
    ahead.bytes = 0;
    happened();
    await reader.cancel().catch(() => undefined);
  }
}
