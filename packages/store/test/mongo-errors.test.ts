import { expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../src/index.ts';
import { toPortError } from '../src/mongo/errors.ts';

const failing = (code: string): Error => Object.assign(new Error('the socket has been ended'), { code });

test.each(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'])(
  'a socket that the server has ended (%s) is a database that cannot answer now',
  (code) => {
    expect(toPortError(failing(code))).toBeInstanceOf(StoreUnavailableError);
  },
);

test('another error stays what it is', () => {
  for (const error of [failing('ERR_INVALID_ARG_TYPE'), new TypeError('a defect'), undefined])
    expect(toPortError(error)).toBe(error);
});
