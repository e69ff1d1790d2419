import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { HttpProblem } from '@shop/http-errors';
import type { z } from 'zod';
import { problemsOf } from './validation-problems.ts';

/**
 * Validates a handler's input against the zod schema of its decorator, `@Body({ schema })`, and passes the parsed value
 * to the handler. A body that does not fit is 422, a part of the URL 400; both responses name every problem at once.
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { schema, type, data }: ArgumentMetadata): unknown {
    if (schema === undefined) return value;
    if (type === 'body') return parseContent(schema as z.ZodType, value);
    const result = (schema as z.ZodType).safeParse(value);
    if (result.success) return result.data;
    const errors = problemsOf(result.error, value, 'parameter', data);
    throw new HttpProblem('invalid-parameter', summary(errors.length, 'of the URL'), { errors });
  }
}

/** @throws {HttpProblem} 422 with a JSON pointer to each problem; 400 where there is no body at all. */
export function parseContent<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  if (value === undefined) {
    throw new HttpProblem('malformed-json', 'A JSON object is required as the body.');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = problemsOf(result.error, value, 'pointer');
  throw new HttpProblem('invalid-content', summary(errors.length, 'of the body'), { errors });
}

const summary = (count: number, where: string): string =>
  count === 1 ? `One value ${where} is invalid.` : `${count} values ${where} are invalid.`;
