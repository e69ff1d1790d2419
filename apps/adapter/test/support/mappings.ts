import { parse } from 'yaml';
import { mappingSchema, type Mapping } from '../../src/mapping/schema.ts';

const common = `
seller: { id: 01941f29-7c00-7000-8000-0000000000f1, name: Supplier, email: feed@supplier.example }
skuPrefix: S-
`;

/** Each field of a product from the field of the same name, but for what `product` says. */
const mappingOf = (supplier: string, feed: string, product = ''): Mapping =>
  mappingSchema.parse(
    parse(`${common}
supplier: ${supplier}
feed: ${feed}
product:
  ${product === '' ? plainProduct : product}`),
  );

const plainProduct = `
  key: { from: key }
  name: { from: name }
  description: { from: description, optional: true }
  price: { amount: { from: price, steps: [decimal] }, currency: { from: currency } }
  stock: { from: stock, steps: [integer], optional: true }`;

export const xmlMapping = (encoding = 'utf-8', url = 'http://127.0.0.1:9/'): Mapping =>
  mappingOf(
    'xml',
    `{ url: '${url}', format: xml, encoding: ${encoding}, record: /list/item }`,
    plainProduct.replace('from: key', "from: '@key'").replace('from: currency', 'from: price/@currency'),
  );

export const csvMapping = (
  more = "trailer: { marker: '#END', count: 2 }",
  url = 'http://127.0.0.1:9/',
): Mapping =>
  mappingOf('csv', `{ url: '${url}', format: csv, encoding: utf-8, delimiter: ';'${more && `, ${more}`} }`);

/** Of lines of 66: type 1, key 8, name 20, description 20, price 8, currency 3, stock 6. */
export const fixedWidthMapping = (
  unit: 'bytes' | 'characters' = 'bytes',
  encoding = 'euc-kr',
  url = 'http://127.0.0.1:9/',
): Mapping =>
  mappingOf(
    'fixed',
    `
  url: '${url}'
  format: fixed-width
  encoding: ${encoding}
  unit: ${unit}
  length: 66
  type: { start: 1, width: 1 }
  types: { header: H, detail: D, trailer: T }
  count: { start: 2, width: 6 }
  columns:
    key: { start: 2, width: 8 }
    name: { start: 10, width: 20 }
    description: { start: 30, width: 20 }
    price: { start: 50, width: 8 }
    currency: { start: 58, width: 3 }
    stock: { start: 61, width: 6 }`,
    `
  key: { from: key, steps: [trim] }
  name: { from: name, steps: [trim] }
  description: { from: description, steps: [trim], optional: true }
  price: { amount: { from: price, steps: [trim, decimal] }, currency: { from: currency } }
  stock: { from: stock, steps: [trim, integer] }`,
  );
