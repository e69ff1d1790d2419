import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { clientOf } from '../support/client.ts';
import { describeWith } from '../support/control.ts';
import { Creations, uniqueWord } from '../support/creations.ts';
import { eventually } from '@shop/testing/eventually';
import { connectTarget } from '../support/connect.ts';
import { inTime } from '../support/in-time.ts';

const target = await connectTarget();
const request = clientOf(target);

interface LogRecord {
  readonly app?: string;
  readonly requestId?: string;
  readonly traceId?: string;
  readonly spanId?: string;
}

function parse(line: string): LogRecord {
  try {
    return JSON.parse(line) as LogRecord;
  } catch {
    return {};
  }
}

describe('a request can be followed', () => {
  test('the client’s own request id comes back, also with an error', async () => {
    const id = uniqueWord();
    await request.get('/product?limit=1').set('x-request-id', id).expect(200).expect('x-request-id', id);
    const problem = await request
      .get('/user/none')
      .set('x-request-id', id)
      .expect(400)
      .expect('x-request-id', id);
    expect(problem.body).toMatchObject({ instance: expect.stringContaining(id) });
  });

  test('a request without one is given one; one that could harm a log is replaced', async () => {
    const ids = [];
    for (const sent of [undefined, undefined, 'x'.repeat(1_000), 'a b"c']) {
      const asking = request.get('/user?limit=1');
      if (sent !== undefined) asking.set('x-request-id', sent);
      const { headers } = await asking.expect(200).expect('x-request-id', /^[\w.:+/=-]{1,128}$/);
      ids.push(headers['x-request-id']);
    }
    expect(new Set(ids).size).toBe(4);
  });
});

describeWith(target, 'logs')('a request can be found in the logs', () => {
  test('of both services, by the trace the client began', async () => {
    await using creations = new Creations(request);
    const { id: sellerId } = await creations.user();
    const { id } = await creations.product({ sellerId });
    const [requestId, traceId, spanId] = [
      uniqueWord(),
      randomBytes(16).toString('hex'),
      randomBytes(8).toString('hex'),
    ];
    await inTime(() =>
      request
        .get(`/product/${id}`)
        .set('x-request-id', requestId)
        .set('traceparent', `00-${traceId}-${spanId}-01`)
        .expect(200),
    );

    for (const service of ['product', 'user'] as const) {
      const record = await eventually(`${service} logs the request`, async () =>
        (await target.logs(service))
          .map(parse)
          .find((record) => record.app === service && record.traceId === traceId),
      );
      expect(record).toMatchObject({ requestId, spanId: expect.stringMatching(/^[0-9a-f]{16}$/) });
      expect(record.spanId).not.toBe(spanId);
    }
  });
});
