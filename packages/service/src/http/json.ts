import { HttpProblem } from '@shop/http-errors';
import secureJson from 'secure-json-parse';

/** Deeper than any of our documents, and so shallow that no recursive function exhausts the stack. */
const maxDepth = 32;

/**
 * Parses a request body, stricter than JSON.parse: UTF-8 must be valid (RFC 8259, section 8.1), nesting is limited, and
 * the keys `__proto__` and `constructor.prototype` are refused, because they can change the behaviour of later code.
 * @throws {HttpProblem} 400, naming what is wrong.
 */
export function parseJson(body: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (error) {
    throw new HttpProblem('malformed-json', 'The body is not valid UTF-8.', { cause: error });
  }
  if (nestingOf(text) > maxDepth) {
    throw new HttpProblem('malformed-json', `The body is nested deeper than ${maxDepth} levels.`);
  }
  try {
    return secureJson.parse(text, null, { protoAction: 'error', constructorAction: 'error' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HttpProblem('malformed-json', `The body cannot be read as JSON: ${withoutContent(reason)}.`, {
      cause: error,
    });
  }
}

/** V8 quotes parts of the body, or all of it, in some of its messages, and a body may be confidential. */
function withoutContent(message: string): string {
  if (!message.endsWith(' is not valid JSON')) return message.replace(/\.$/, '');
  return /^Unexpected token '.{1,2}'/s.exec(message)?.[0] ?? 'Unexpected content';
}

/** How deep brackets are nested, outside of strings. Counted before parsing, without recursion. */
function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, (depth += 1));
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}
