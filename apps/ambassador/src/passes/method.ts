import { HttpProblem } from '@shop/http-errors';
import type { Answer } from '../respond/answer.ts';
import type { Exchange } from '../exchange.ts';

const allow = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/**
 * CONNECT would make an open proxy of this one, TRACE would show a client what hops before it have added (RFC 9110,
 * section 9.3.8); `OPTIONS *` is about the server itself, as is OPTIONS with no hops left (section 7.6.2).
 */
export function answerMethod({ request }: Exchange): HttpProblem | Answer | undefined {
  const { method, url, headers } = request;
  if (method === 'TRACE' || method === 'CONNECT')
    return new HttpProblem('method-not-allowed', `${method} is not passed on.`, { headers: { allow } });
  if (method !== 'OPTIONS') return undefined;
  if (url === '*' || headers['max-forwards'] === '0') return { status: 204, headers: { allow } };
  return undefined;
}
