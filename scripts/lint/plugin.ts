import { allowed } from './allowed.ts';
import { whyNotLinear } from './linear-time.ts';

/** The part of ESLint's syntax tree that a regular expression is made with. */
interface Node {
  readonly type: string;
  readonly regex?: { readonly pattern: string; readonly flags: string };
  readonly value?: unknown;
  readonly callee?: Node;
  readonly name?: string;
  readonly object?: Node;
  readonly property?: Node;
  readonly tag?: Node;
  readonly quasi?: Node;
  readonly arguments?: readonly Node[];
  readonly expressions?: readonly Node[];
  readonly quasis?: readonly { readonly value: { readonly raw: string; readonly cooked: string } }[];
  readonly body?: readonly Node[];
  readonly declaration?: Node;
  readonly declarations?: readonly Node[];
  readonly kind?: string;
  readonly id?: Node;
  readonly init?: Node;
  readonly operator?: string;
  readonly left?: Node;
  readonly right?: Node;
}

interface Context {
  readonly filename: string;
  readonly cwd: string;
  readonly sourceCode: { readonly ast: Node; getText(node: Node): string };
  report(problem: { readonly node: Node; readonly message: string }): void;
}

type Constants = ReadonlyMap<string, Node>;

/** The constants of a module, by name. */
function constantsOf({ body = [] }: Node): Constants {
  const declarations = body.map((statement) => statement.declaration ?? statement);
  return new Map(
    declarations
      .filter(({ kind }) => kind === 'const')
      .flatMap(({ declarations: all = [] }) => all)
      .flatMap(({ id, init }) => (id?.name !== undefined && init ? [[id.name, init] as const] : [])),
  );
}

/** The text of an expression made of strings and of the module's constants; undefined for any other. */
function textOf(node: Node | undefined, constants: Constants): string | undefined {
  switch (node?.type) {
    case 'Literal':
      return typeof node.value === 'string' ? node.value : undefined;
    case 'Identifier':
      return textOf(constants.get(node.name ?? ''), constants);
    case 'BinaryExpression':
      return node.operator === '+'
        ? join([textOf(node.left, constants), textOf(node.right, constants)])
        : undefined;
    case 'TemplateLiteral':
      return textOfTemplate(node, 'cooked', constants);
    case 'TaggedTemplateExpression':
      return node.tag?.property?.name === 'raw' ? textOfTemplate(node.quasi, 'raw', constants) : undefined;
    default:
      return undefined;
  }
}

function textOfTemplate(
  node: Node | undefined,
  form: 'raw' | 'cooked',
  constants: Constants,
): string | undefined {
  const { quasis = [], expressions = [] } = node ?? {};
  return join(
    quasis.flatMap(({ value }, index) => [
      value[form],
      ...expressions.slice(index, index + 1).map((part) => textOf(part, constants)),
    ]),
  );
}

const join = (parts: readonly (string | undefined)[]): string | undefined =>
  parts.includes(undefined) ? undefined : parts.join('');

/** A plugin for oxlint and ESLint, with the rule `shop/linear-regexp`. */
export default {
  meta: { name: 'shop' },
  rules: {
    'linear-regexp': {
      create(context: Context) {
        const file = context.filename.slice(context.cwd.length + 1).replaceAll('\\', '/');

        function check(node: Node, source: string | undefined, flags: string | undefined): void {
          const text = context.sourceCode.getText(node);
          if (allowed.some((entry) => entry.file === file && (entry.expression ?? text) === text)) return;
          const reason =
            source === undefined || flags === undefined ? 'made at run time' : whyNotLinear(source, flags);
          if (reason === undefined) return;
          const message = `This expression may take more than linear time (${reason}). Write another, a loop, or list it in scripts/lint/allowed.ts with the reason.`;
          context.report({ node, message });
        }

        function checkConstruction(node: Node): void {
          if (node.callee?.type !== 'Identifier' || node.callee.name !== 'RegExp') return;
          const [source, flags] = node.arguments ?? [];
          const constants = constantsOf(context.sourceCode.ast);
          check(node, textOf(source, constants), flags ? textOf(flags, constants) : '');
        }

        /** `text.match('a*b')` makes an expression of a string. */
        function checkCall(node: Node): void {
          checkConstruction(node);
          const method = node.callee?.type === 'MemberExpression' ? node.callee.property?.name : undefined;
          if (method !== 'match' && method !== 'matchAll' && method !== 'search') return;
          const [argument] = node.arguments ?? [];
          if (argument?.type !== 'Literal') return;
          const source = textOf(argument, new Map());
          if (source !== undefined) check(node, source, '');
        }

        return {
          Literal(node: Node) {
            if (node.regex) check(node, node.regex.pattern, node.regex.flags);
          },
          NewExpression: checkConstruction,
          CallExpression: checkCall,
        };
      },
    },
  },
};
