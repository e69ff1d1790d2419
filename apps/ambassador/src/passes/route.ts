import { HttpProblem } from '@shop/http-errors';
import { findRoute, type Route } from '../routes/table.ts';
import type { Pass } from './pass.ts';

/** @param routes longest prefix first. */
export const chooseRoute =
  (routes: readonly Route[]): Pass =>
  (exchange) => {
    exchange.route = findRoute(routes, exchange.path);
    if (exchange.route) return undefined;
    return new HttpProblem('not-found', 'No route leads there.');
  };
