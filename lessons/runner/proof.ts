/**
 * Reads `proof.yaml`, which stands beside a page and its translations and holds what readers do not see: claims, checks and
 * sabotages. The format: lessons/writing.md.
 */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import {
  reaches,
  type Claim,
  type Commands,
  type PageBlock,
  type Proof,
  type Reach,
  type Sabotage,
  type Step,
} from './lesson.ts';

type Complain = (line: number, problem: string) => void;
type Path = readonly (string | number)[];

const defaultLimitMs = 30_000;
const cleanupLimitMs = 120_000;

/** What the proof adds to a page. */
export interface ReadProof extends Pick<Proof, 'needs' | 'seconds' | 'picture'> {
  /** None where that was complained of. */
  readonly claims: readonly Claim[];
  readonly proves: string;
  readonly touches: Reach;
  readonly notProven?: string;
  readonly steps: readonly Step[];
}

/** @param complain takes the line of the proof and the problem. */
export function readProof(source: string, blocks: readonly PageBlock[], complain: Complain): ReadProof {
  const reader = new Reader(source, complain);
  const numbers = new Map(blocks.map(({ name, number }) => [name, number]));

  reader.only([], ['proves', 'touches', 'notProven', 'needs', 'seconds', 'picture', 'claims', 'steps']);
  const touches = reaches.find((reach) => reach === reader.text(['touches']));
  if (touches === undefined) reader.complain(['touches'], `touches has to be one of ${reaches.join(', ')}`);
  const seconds = reader.value(['seconds']);
  if (typeof seconds !== 'number' || seconds < 0)
    reader.complain(['seconds'], 'seconds has to be a number: how long the last run took');
  const notProven = reader.text(['notProven']);

  const ids = reader.keys(['claims']);
  if (ids.length === 0) reader.complain(['claims'], 'no claims: nothing is proven');
  const steps = readSteps(reader, blocks, numbers);
  const named = namesOf(reader);
  const items: Item[] = steps.flatMap((step): Item[] => [
    { number: step.number, commands: step, after: 0 },
    ...step.checks.map((commands): Item => ({ number: step.number, commands, after: 1 })),
  ]);
  for (const { commands } of items)
    for (const id of commands.proves)
      if (!ids.includes(id)) complain(commands.line, `there is no claim "${id}"`);

  const claims = ids.map((id) => {
    const at: Path = ['claims', id];
    reader.only(at, ['says', 'control', 'sabotage']);
    const proofs = items.filter(({ commands }) => commands.proves.includes(id));
    const sabotage = readSabotage(reader, [...at, 'sabotage'], numbers);
    const control = reader.text([...at, 'control']);
    if (proofs.length === 0) reader.complain(at, `nothing proves "${id}"`);
    else if (!proofs.some((proof) => isAfter(proof, sabotage)))
      reader.complain(
        [...at, 'sabotage'],
        `no check of "${id}" comes after the sabotage that could notice it`,
      );
    if (control !== undefined && named.get(control) !== false)
      reader.complain([...at, 'control'], `"${control}" is not the name of a step or check that succeeds`);
    if (control === undefined && proofs.some(({ commands }) => commands.mustFail))
      reader.complain(
        at,
        `"${id}" says that something fails: name as control what shows that it works otherwise`,
      );
    return {
      id,
      says: reader.required([...at, 'says']),
      ...(control === undefined ? {} : { control }),
      sabotage,
    };
  });
  const controls = new Set(claims.map(({ control }) => control));
  for (const { commands, after } of items) {
    const { line, name, proves, beside } = commands;
    if (after === 0 || beside !== undefined || proves.length > 0) continue;
    if (name === undefined || !controls.has(name)) complain(line, skipped);
  }

  const picture = readPicture(reader, numbers);
  return {
    proves: reader.required(['proves']),
    touches: touches ?? 'nothing',
    ...(notProven === undefined ? {} : { notProven }),
    needs: reader.texts(['needs']),
    seconds: typeof seconds === 'number' ? seconds : 0,
    claims,
    steps,
    ...(picture === undefined ? {} : { picture }),
  };
}

const skipped =
  'this check proves no claim, so runs with a sabotage skip it: say what it `proves`, or what it shows `beside` the ' +
  'claims; what only remembers or tidies up is a `prepare` of the next block';

/** The commands of a block (0), or one of the checks after it (1). */
interface Item {
  readonly number: number;
  readonly commands: Commands;
  readonly after: 0 | 1;
}

const isAfter = ({ number, after }: Item, sabotage: Sabotage): boolean =>
  number > sabotage.before || (number === sabotage.before && (after === 1 || !sabotage.afterwards));

function readSteps(
  reader: Reader,
  blocks: readonly PageBlock[],
  numbers: ReadonlyMap<string, number>,
): Step[] {
  for (const name of reader.keys(['steps']))
    if (!numbers.has(name)) reader.complain(['steps', name], `the page has no block "${name}"`);
  return blocks.map((block) => {
    if (block.kind === 'cleanup')
      return { ...block, limitMs: cleanupLimitMs, mustFail: false, proves: [], prepare: [], checks: [] };
    const at: Path = ['steps', block.name];
    reader.only(at, ['limit', 'within', 'fails', 'proves', 'prepare', 'checks']);
    const list = (key: string, keys: readonly string[]): Commands[] =>
      reader.indices([...at, key]).map((index) => readCheck(reader, [...at, key, index], keys));
    return {
      ...block,
      ...readHow(reader, at),
      prepare: list('prepare', ['run', 'limit', 'within']),
      checks: list('checks', ['name', 'proves', 'beside', 'run', 'prints', 'limit', 'within', 'fails']),
    };
  });
}

type How = Pick<Commands, 'limitMs' | 'withinMs' | 'mustFail' | 'proves'>;

function readHow(reader: Reader, at: Path): How {
  const withinMs = reader.time([...at, 'within']);
  return {
    limitMs: reader.time([...at, 'limit']) ?? defaultLimitMs,
    mustFail: reader.value([...at, 'fails']) === true,
    proves: reader.texts([...at, 'proves']),
    ...(withinMs === undefined ? {} : { withinMs }),
  };
}

function readCheck(reader: Reader, at: Path, keys: readonly string[]): Commands {
  reader.only(at, keys);
  const expected = reader.text([...at, 'prints']);
  const name = reader.text([...at, 'name']);
  const beside = reader.text([...at, 'beside']);
  return {
    line: reader.line(at),
    script: reader.required([...at, 'run']).trim(),
    ...readHow(reader, at),
    ...(expected === undefined ? {} : { expected: expected.replace(/\n$/, '') }),
    ...(name === undefined ? {} : { name }),
    ...(beside === undefined ? {} : { beside }),
  };
}

function readSabotage(reader: Reader, at: Path, numbers: ReadonlyMap<string, number>): Sabotage {
  reader.only(at, ['before', 'after', 'run', 'undo']);
  const before = reader.text([...at, 'before']);
  const after = reader.text([...at, 'after']);
  const number = numbers.get(before ?? after ?? '');
  if ((before === undefined) === (after === undefined) || number === undefined)
    reader.complain(at, 'a sabotage is before or after a block of the page, by its name');
  const undo = reader.text([...at, 'undo']);
  return {
    line: reader.line(at),
    script: reader.required([...at, 'run']).trim(),
    before: number ?? 0,
    ...(undo === undefined ? {} : { undo }),
    ...(after === undefined ? {} : { afterwards: true }),
  };
}

function readPicture(reader: Reader, numbers: ReadonlyMap<string, number>): Proof['picture'] {
  const at: Path = ['picture'];
  if (reader.value(at) === undefined) return undefined;
  reader.only(at, ['after', 'namespace', 'kinds', 'selector']);
  const after = numbers.get(reader.required([...at, 'after']));
  if (after === undefined) reader.complain(at, 'the picture is made after a block of the page, by its name');
  const selector = reader.text([...at, 'selector']);
  return {
    after: after ?? 0,
    namespace: reader.required([...at, 'namespace']),
    kinds: reader.required([...at, 'kinds']),
    ...(selector === undefined ? {} : { selector }),
  };
}

/** Names that a control may have: of steps and checks, and whether those have to fail. */
function namesOf(reader: Reader): Map<string, boolean> {
  const names = new Map<string, boolean>();
  for (const name of reader.keys(['steps'])) {
    const at: Path = ['steps', name];
    names.set(name, reader.value([...at, 'fails']) === true);
    for (const index of reader.indices([...at, 'checks'])) {
      const check = reader.text([...at, 'checks', index, 'name']);
      if (check !== undefined) names.set(check, reader.value([...at, 'checks', index, 'fails']) === true);
    }
  }
  return names;
}

/** A YAML document whose problems are reported with their line. */
class Reader {
  readonly #document: Document;
  readonly #lines = new LineCounter();
  readonly #complain: Complain;

  constructor(source: string, complain: Complain) {
    this.#document = parseDocument(source, { lineCounter: this.#lines });
    this.#complain = complain;
    for (const { pos, message } of this.#document.errors)
      complain(this.#lines.linePos(pos[0]).line, message.split('\n')[0] ?? message);
  }

  complain(path: Path, problem: string): void {
    this.#complain(this.line(path), problem);
  }

  /** Of the node's key, or of the nearest node that there is around it. */
  line(path: Path): number {
    for (let length = path.length; length > 0; length -= 1) {
      const map = this.#node(path.slice(0, length - 1));
      const pair = isMap(map) ? map.items.find(({ key }) => String(key) === path[length - 1]) : undefined;
      const node = isScalar(pair?.key) ? pair.key : this.#node(path.slice(0, length));
      if (node !== undefined) return this.#lines.linePos(node.range?.[0] ?? 0).line;
    }
    return 1;
  }

  value(path: Path): unknown {
    const node = this.#node(path);
    return isScalar(node) ? node.value : node;
  }

  text(path: Path): string | undefined {
    const value = this.value(path);
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    this.complain(path, `${path.at(-1)} has to be a text`);
  }

  required(path: Path): string {
    const text = this.text(path);
    if (text === undefined) this.complain(path, `${path.join('.')} is missing`);
    return text ?? '';
  }

  /** One text or a list of them. */
  texts(path: Path): string[] {
    const node = this.#node(path);
    if (node === undefined) return [];
    if (!isSeq(node)) return [this.required(path)];
    return this.indices(path).map((index) => this.required([...path, index]));
  }

  keys(path: Path): string[] {
    const node = this.#node(path);
    if (node === undefined) return [];
    if (isMap(node)) return node.items.map(({ key }) => String(key));
    this.complain(path, `${path.join('.')} has to be a map`);
    return [];
  }

  indices(path: Path): number[] {
    const node = this.#node(path);
    if (node === undefined) return [];
    if (isSeq(node)) return node.items.map((_item, index) => index);
    this.complain(path, `${path.join('.')} has to be a list`);
    return [];
  }

  /** @returns milliseconds of a text such as `30s`. */
  time(path: Path): number | undefined {
    const text = this.text(path);
    if (text === undefined) return undefined;
    const [, seconds] = /^(\d+)s$/.exec(text) ?? [];
    if (seconds === undefined) this.complain(path, `${path.at(-1)} has to be a time in seconds, like 30s`);
    return Number(seconds ?? 0) * 1000;
  }

  only(path: Path, known: readonly string[]): void {
    for (const key of this.keys(path))
      if (!known.includes(key))
        this.complain([...path, key], `unknown key "${key}": ${known.join(', ')} are known`);
  }

  #node(path: Path): { range?: readonly number[] | null | undefined } | undefined {
    if (path.length === 0) return this.#document.contents ?? undefined;
    const node: unknown = this.#document.getIn(path, true);
    return typeof node === 'object' && node !== null ? node : undefined;
  }
}
