/**
 * Every error a client of the shop can meet, with the one status it always has.
 * Statuses as in RFC 9110; 428 and 431 as in RFC 6585.
 */
export const catalogue = {
  'malformed-request': { status: 400, title: 'The request is malformed' },
  'malformed-json': { status: 400, title: 'The body is not well-formed JSON' },
  'invalid-parameter': { status: 400, title: 'A parameter of the URL is invalid' },
  unauthorized: { status: 401, title: 'A valid token is required' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'not-acceptable': { status: 406, title: 'None of the accepted media types can be served' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  conflict: { status: 409, title: 'The request conflicts with what is stored' },
  'length-required': { status: 411, title: 'The length of the body must be stated' },
  'precondition-failed': { status: 412, title: 'The entity is not in the state the request expects' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'uri-too-long': { status: 414, title: 'The URL is too long' },
  'unsupported-media-type': { status: 415, title: 'The media type of the body is not supported' },
  'expectation-failed': { status: 417, title: 'The expectation cannot be met' },
  'invalid-content': { status: 422, title: 'The content of the body is invalid' },
  'headers-too-large': { status: 431, title: 'The header fields are too large' },
  'internal-error': { status: 500, title: 'Internal error' },
  'bad-upstream': { status: 502, title: 'The upstream did not send a valid response' },
  'service-unavailable': { status: 503, title: 'The service is unavailable now' },
  'upstream-unavailable': { status: 503, title: 'The upstream cannot be reached now' },
  'upstream-timeout': { status: 504, title: 'The upstream did not respond in time' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemKind = keyof typeof catalogue;
