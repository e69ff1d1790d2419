import type { HttpProblem } from '@shop/http-errors';
import type { Answer } from '../respond/answer.ts';
import type { Exchange } from '../exchange.ts';

/** Looks at a request or prepares it; what it returns ends the exchange there. */
export type Pass = (exchange: Exchange) => HttpProblem | Answer | undefined;
