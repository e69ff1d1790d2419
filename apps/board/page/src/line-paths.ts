/** The paths of lines between stations. Units are CSS pixels, from the picture's upper left corner. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Line {
  readonly from: string;
  readonly to: string;
  /** The side on which it passes stations that are in its way. */
  readonly side: 'left' | 'right';
}

export interface LinePath {
  readonly from: string;
  readonly to: string;
  /** Of an SVG path. */
  readonly d: string;
}

const radius = 10;
/** Distance between a station and a line that passes it. */
const gutter = 9;

const middleX = ({ left, right }: Box): number => (left + right) / 2;
const middleY = ({ top, bottom }: Box): number => (top + bottom) / 2;

/**
 * @param stations by id; a line with a missing end is left out.
 * @param guards by `from to`: a line runs through the middle of its guard.
 */
export function pathsOf(
  lines: readonly Line[],
  stations: ReadonlyMap<string, Box>,
  guards: ReadonlyMap<string, Box>,
): LinePath[] {
  return lines.flatMap(({ from, to, side }) => {
    const a = stations.get(from);
    const b = stations.get(to);
    if (!a || !b) return [];
    const guard = guards.get(`${from} ${to}`);
    return [{ from, to, d: guard ? through(a, b, guard) : between(a, b, stations, side) }];
  });
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
const at = (x: number, y: number): string => `${rounded(x)} ${rounded(y)}`;

function through(a: Box, b: Box, guard: Box): string {
  const x = middleX(guard);
  const [from, to] = b.top >= a.bottom ? [a.bottom, b.top] : [a.top, b.bottom];
  return `M${at(x, from)}L${at(x, to)}`;
}

function between(a: Box, b: Box, stations: ReadonlyMap<string, Box>, side: Line['side']): string {
  if (b.left >= a.right) return sideways(a, b);
  const inTheWay = [...stations.values()].some(
    (box) => box !== a && box !== b && box.top >= a.bottom - 1 && box.bottom <= b.top + 1 && overlaps(box, a),
  );
  if (!inTheWay) {
    const x = Math.min(Math.max(middleX(b), a.left), a.right);
    return `M${at(x, a.bottom)}L${at(x, b.top)}`;
  }
  const onLeft = side === 'left';
  const x = onLeft ? Math.min(a.left, b.left) - gutter : Math.max(a.right, b.right) + gutter;
  const [start, end] = onLeft ? [a.left, b.left] : [a.right, b.right];
  const turn = onLeft ? 1 : -1;
  return (
    `M${at(start, middleY(a))}L${at(x + turn * radius * 0.6, middleY(a))}` +
    `Q${at(x, middleY(a))} ${at(x, middleY(a) + radius)}L${at(x, middleY(b) - radius)}` +
    `Q${at(x, middleY(b))} ${at(x + turn * radius * 0.6, middleY(b))}L${at(end, middleY(b))}`
  );
}

const overlaps = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right;

/** To the right, with two rounded corners where the heights differ. */
function sideways(a: Box, b: Box): string {
  const [fromY, toY] = [middleY(a), middleY(b)];
  // Boxes whose heights overlap are joined by a straight line.
  const straightY = Math.min(Math.max(fromY, b.top + radius), b.bottom - radius);
  if (Math.abs(fromY - straightY) < 1) return `M${at(a.right, fromY)}L${at(b.left, fromY)}`;
  const x = (a.right + b.left) / 2;
  const down = toY > fromY ? 1 : -1;
  return (
    `M${at(a.right, fromY)}L${at(x - radius, fromY)}Q${at(x, fromY)} ${at(x, fromY + down * radius)}` +
    `L${at(x, toY - down * radius)}Q${at(x, toY)} ${at(x + radius, toY)}L${at(b.left, toY)}`
  );
}
