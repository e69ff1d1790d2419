/** Records as each format writes them, for the readers to read back. */
import iconv from 'iconv-lite';

export interface Item {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly price: string;
  readonly currency: string;
  readonly stock: string;
}

export const item = (changes: Partial<Item> = {}): Item => ({
  key: 'A1',
  name: '녹차 Green tea',
  description: 'mild',
  price: '19.99',
  currency: 'EUR',
  stock: '5',
  ...changes,
});

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
const attribute = (text: string): string => escaped(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');

export const xmlItem = ({ key, name, description, price, currency, stock }: Item): string =>
  `<item key="${attribute(key)}"><name>${escaped(name)}</name><description>${escaped(description)}</description>` +
  `<price currency="${attribute(currency)}">${escaped(price)}</price><stock>${escaped(stock)}</stock></item>\n`;

export function xmlFeed(items: readonly Item[], encoding: 'utf-8' | 'euc-kr' = 'utf-8'): Buffer {
  const text = `<?xml version="1.0" encoding="${encoding}"?>\n<list>\n${items.map(xmlItem).join('')}</list>\n`;
  return iconv.encode(text, encoding === 'euc-kr' ? 'euckr' : 'utf8');
}

const csvCell = (text: string): string =>
  /[";\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
export const csvRow = (cells: readonly string[]): string => `${cells.map(csvCell).join(';')}\r\n`;
export const csvHeader = 'key;name;description;price;currency;stock\r\n';
export const csvItem = ({ key, name, description, price, currency, stock }: Item): string =>
  csvRow([key, name, description, price, currency, stock]);

export const csvFeed = (items: readonly Item[], bom = true): Buffer =>
  Buffer.from(`${bom ? '\uFEFF' : ''}${csvHeader}${items.map(csvItem).join('')}#END;${items.length}\r\n`);

/** Padded with spaces to so many bytes, or characters. */
function pad(text: string, width: number, unit: 'bytes' | 'characters', encoding: 'euckr' | 'utf8'): string {
  const length = unit === 'bytes' ? iconv.encode(text, encoding).length : Array.from(text).length;
  if (length > width) throw new RangeError(`${text} is longer than ${width} ${unit}`);
  return text + ' '.repeat(width - length);
}

export function fixedWidthFeed(
  items: readonly Item[],
  unit: 'bytes' | 'characters' = 'bytes',
  encoding: 'euckr' | 'utf8' = 'euckr',
): Buffer {
  const column = (text: string, width: number): string => pad(text, width, unit, encoding);
  const lines = [
    column('H', 66),
    ...items.map(
      ({ key, name, description, price, currency, stock }) =>
        `D${column(key, 8)}${column(name, 20)}${column(description, 20)}${column(price, 8)}${column(currency, 3)}${column(stock, 6)}`,
    ),
    column(`T${String(items.length).padStart(6, '0')}`, 66),
  ];
  return iconv.encode(lines.map((line) => `${line}\n`).join(''), encoding);
}
