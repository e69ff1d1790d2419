import { HttpProblem } from '@shop/http-errors';
import type { Exchange } from '../exchange.ts';
import { listMembers } from '../lists.ts';

/** RFC 9110, section 10.1.1: each member of Expect is judged; a client of HTTP/1.0 can expect nothing. */
export function checkExpectation({ request }: Exchange): HttpProblem | undefined {
  const { headers, httpVersion } = request;
  if (headers.expect === undefined || httpVersion !== '1.1') return undefined;
  if (listMembers(headers.expect).every((member) => member.toLowerCase() === '100-continue'))
    return undefined;
  return new HttpProblem('expectation-failed', 'Only 100-continue can be expected.');
}
