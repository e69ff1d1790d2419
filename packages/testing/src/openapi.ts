/** The parts of an OpenAPI document that tests read. */

export interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly headers?: object; readonly content?: object }>>;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

/** The part of a JSON Schema that tests look at. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly format?: string;
}

export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes?: Readonly<Record<string, object>>;
  };
}

/** Its operations by method and path: `GET /user/{id}`. */
export const operationsOf = ({ paths }: OpenApi): Readonly<Record<string, Operation>> =>
  Object.fromEntries(
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation]),
    ),
  );

/** Every regular expression in it, once. */
export function patternsOf(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  const found = Object.entries(part).flatMap(([key, value]) =>
    key === 'pattern' && typeof value === 'string' ? [value] : patternsOf(value),
  );
  return [...new Set(found)];
}

/**
 * Why an expression has another meaning, or none, in one of ECMA-262, Python's re and RE2; undefined if it is portable.
 * Classes such as `\d` and `\s` contain different characters in each; RE2 has no lookaround and no `\u`.
 */
export function notPortable(pattern: string): string | undefined {
  const escape = /\\(?!x[0-9a-f]{2}|[.\\*+?()[\]{}|^$])./.exec(pattern);
  if (escape) return `the escape ${escape[0]}`;
  const group = /\((?!\?:|[^?])../.exec(pattern);
  if (group) return `the group ${group[0]}`;
  if (!pattern.startsWith('^')) return 'no ^ at the start';
  for (const flags of ['', 'u']) void new RegExp(pattern, flags);
  return undefined;
}
