import { afterEach, describe, expect, test } from '@jest/globals';
import { createStats, FailureLog } from '../../src/metrics.ts';
import { HttpSink, type HttpSinkOptions } from '../../src/write/http-sink.ts';
import { eventually } from '@shop/testing/eventually';
import { createOwnLog } from '../support/own-log.ts';
import { Receiver, status } from '../support/receiver.ts';

const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `line ${from + index}`);

describe('the HTTP sink', () => {
  const sinks: HttpSink[] = [];
  afterEach(async () => {
    for (const sink of sinks.splice(0)) await sink.close(0);
  });

  function open(url: string, options: Partial<HttpSinkOptions> = {}) {
    const stats = createStats();
    const own = createOwnLog();
    const failures = new FailureLog('sink', own.logger, stats);
    const sink = new HttpSink(
      {
        url,
        headers: { 'x-tenant': 'shop' },
        batchBytes: 100,
        bufferBytes: 1000,
        flushMs: 5,
        timeoutMs: 5000,
        retryMinMs: 1,
        retryMaxMs: 10,
        ...options,
      },
      { stats, logger: own.logger, failures },
    );
    sinks.push(sink);
    const offer = (...lines: readonly string[]): void => {
      for (const line of lines) {
        const bytes = Buffer.from(`-${line}\n-`);
        sink.offer(bytes, 1, bytes.length - 1, 1);
      }
    };
    return { sink, stats, own, offer };
  }

  test('sends all lines in order, in bodies of a limited size', async () => {
    await using receiver = await new Receiver(status(200)).listen();
    const { sink, stats, offer } = open(receiver.url);
    offer(...numbered(50));
    await sink.close(5000);
    expect(receiver.lines).toEqual(numbered(50));
    expect(Math.max(...receiver.bodies.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(new Set(receiver.contentTypes)).toEqual(new Set(['application/x-ndjson']));
    expect(stats.sinkLines).toMatchObject({ delivered: 50, buffer_full: 0, shutdown: 0 });
  });

  test('does not hold a few lines back for ever', async () => {
    await using receiver = await new Receiver(status(200)).listen();
    const { sink, offer } = open(receiver.url);
    offer('one');
    await eventually('the line has come', () => receiver.lines.length === 1);
    offer('two');
    await eventually('the other line has come', () => receiver.lines.length === 2);
    await eventually('the sink has heard so', () => sink.bufferedBytes === 0);
    expect(receiver.lines).toEqual(['one', 'two']);
  });

  test('sends again what the receiver could not take, and says so once', async () => {
    await using receiver = await new Receiver(
      status(500),
      status(503, { 'retry-after': '0.001' }),
      status(429),
      (response) => response.destroy(),
      status(200),
    ).listen();
    const { sink, stats, own, offer } = open(receiver.url);
    offer(...numbered(20));
    await sink.close(5000);
    expect(receiver.lines).toEqual(numbered(20));
    expect(stats.sinkRetries).toBe(4);
    expect(stats.sinkRequests.failed).toBe(4);
    expect(own.messages().at(-1)).toBe('the sink takes lines');
  });

  test('does not send again what the receiver will never take', async () => {
    await using receiver = await new Receiver(status(400), status(200)).listen();
    const { sink, stats, own, offer } = open(receiver.url);
    offer(...numbered(20));
    await sink.close(5000);
    expect(stats.sinkLines.rejected).toBeGreaterThan(0);
    expect(receiver.lines).toEqual(numbered(20).slice(stats.sinkLines.rejected));
    expect(stats.sinkLines.rejected + stats.sinkLines.delivered).toBe(20);
    expect(own.entries).toEqual([
      expect.objectContaining({ reason: 'status 400', lines: stats.sinkLines.rejected }),
    ]);
  });

  test('gives up on a response that does not come', async () => {
    await using receiver = await new Receiver(() => {}, status(200)).listen();
    const { stats, own, offer } = open(receiver.url, { timeoutMs: 50 });
    offer('one');
    await eventually('the line has come', () => receiver.lines.length === 1);
    expect([stats.sinkRequests.failed, own.entries[0]?.['code']]).toEqual([1, 'timeout']);
  });

  test('waits for a response that takes its time, and meanwhile gathers', async () => {
    const answers: (() => void)[] = [];
    await using receiver = await new Receiver(
      (response) => void answers.push(() => response.end()),
      status(200),
    ).listen();
    const { stats, sink, offer } = open(receiver.url);
    offer('one');
    await eventually('the receiver gets a request', () => answers.length === 1);
    offer(...numbered(30));
    expect([receiver.requests, stats.sinkLines.buffer_full]).toEqual([1, 0]);
    answers[0]?.();
    await sink.close(5000);
    expect(stats.sinkLines.delivered).toBe(31);
  });

  test('drops what finds no room, and says so once and once again', async () => {
    await using away = await new Receiver(status(200)).listen();
    const { url } = away;
    await away[Symbol.asyncDispose]();
    const { sink, stats, own, offer } = open(url);
    offer(...numbered(500));
    expect(sink.bufferedBytes).toBeLessThanOrEqual(1000);
    const kept = 500 - stats.sinkLines.buffer_full;
    expect(kept).toBeGreaterThan(50);
    await eventually('it has been tried', () => stats.sinkRetries > 2);
    await using receiver = await new Receiver(status(200)).listen(Number(new URL(url).port));
    await eventually('what was kept has come', () => receiver.lines.length === kept);
    offer('later');
    await sink.close(5000);
    expect(receiver.lines).toEqual([...numbered(kept), 'later']);
    expect(own.entries.map(({ level, msg, dropped }) => [level, msg, dropped])).toEqual([
      ['error', 'the buffer of the sink is full: lines are dropped for it', undefined],
      ['error', 'the sink does not take lines: trying again', undefined],
      ['info', 'the sink takes lines', undefined],
      ['info', 'the sink takes lines again', 500 - kept],
    ]);
  });

  test('ends in time although the receiver does not answer, and says what is lost', async () => {
    await using receiver = await new Receiver(() => {}).listen();
    const { sink, stats, own, offer } = open(receiver.url);
    offer(...numbered(30));
    await sink.close(20);
    expect(stats.sinkLines).toMatchObject({ delivered: 0, shutdown: 30 });
    expect(own.entries.at(-1)).toMatchObject({ level: 'error', dropped: 30 });
  });
});
