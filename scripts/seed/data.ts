/** The products of the shop when it opens. The ids are fixed, so that seeding twice changes nothing. */

export interface SeedUser {
  readonly id: string;
  readonly content: { readonly name: string; readonly email: string };
}

export interface SeedProduct {
  readonly id: string;
  readonly content: {
    readonly sku: string;
    readonly name: string;
    readonly description: string;
    /** In minor units: cents; for won and yen, whole units. */
    readonly price: { readonly amount: number; readonly currency: 'EUR' | 'KRW' | 'USD' };
    readonly stock: number;
    readonly sellerId: string;
  };
}

const minsu = '01941f29-7c00-7000-8000-000000000001';
const greta = '01941f29-7c00-7000-8000-000000000002';
const jordan = '01941f29-7c00-7000-8000-000000000003';

/** The product that examples request, and its seller. */
export const exampleSellerId = minsu;
export const exampleProductId = '01941f29-7c01-7000-8000-000000000101';

export const users: readonly SeedUser[] = [
  { id: minsu, content: { name: '김민수 다원', email: 'minsu@dawon.example' } },
  { id: greta, content: { name: 'Greta’s Papeterie', email: 'greta@papeterie.example' } },
  { id: jordan, content: { name: 'Jordan Outdoor Supply', email: 'orders@jordan-outdoor.example' } },
];

export const products: readonly SeedProduct[] = [
  {
    id: exampleProductId,
    content: {
      sku: 'TEA-SEJAK-80',
      name: '보성 세작 녹차 80 g',
      description: 'Green tea of the second picking from Boseong, in a tin.',
      price: { amount: 28_000, currency: 'KRW' },
      stock: 42,
      sellerId: minsu,
    },
  },
  {
    id: '01941f29-7c01-7000-8000-000000000102',
    content: {
      sku: 'TEA-HOJI-100',
      name: '제주 호지차 100 g',
      description: 'Roasted green tea from Jeju, little caffeine.',
      price: { amount: 15_500, currency: 'KRW' },
      stock: 80,
      sellerId: minsu,
    },
  },
  {
    id: '01941f29-7c01-7000-8000-000000000103',
    content: {
      sku: 'TEA-POT-CELADON',
      name: '청자 다관 Celadon teapot',
      description: 'Thrown by hand in Gangjin, 300 ml.',
      price: { amount: 145_000, currency: 'KRW' },
      stock: 4,
      sellerId: minsu,
    },
  },
  {
    id: '01941f29-7c01-7000-8000-000000000104',
    content: {
      sku: 'PAPER-NOTEBOOK-A5',
      name: 'Notebook A5, dotted',
      description: '192 pages of 90 g paper, thread-bound, lies flat.',
      price: { amount: 1_950, currency: 'EUR' },
      stock: 120,
      sellerId: greta,
    },
  },
  {
    id: '01941f29-7c01-7000-8000-000000000105',
    content: {
      sku: 'PEN-FOUNTAIN-F',
      name: 'Fountain pen, fine nib',
      description: 'Steel nib, piston filler. Comes without ink.',
      price: { amount: 5_490, currency: 'EUR' },
      stock: 15,
      sellerId: greta,
    },
  },
  {
    id: '01941f29-7c01-7000-8000-000000000106',
    content: {
      sku: 'INK-BLUE-50',
      name: 'Royal blue ink, 50 ml',
      description: 'Washable; for fountain pens.',
      price: { amount: 890, currency: 'EUR' },
      stock: 60,
      sellerId: greta,
    },
  },
  {
    id: '01941f29-7c01-7000-8000-000000000107',
    content: {
      sku: 'CAMP-STOVE-1',
      name: 'Trail stove',
      description: 'Folds into its own pot. 112 g without the fuel.',
      price: { amount: 6_499, currency: 'USD' },
      stock: 23,
      sellerId: jordan,
    },
  },
  {
    id: '01941f29-7c01-7000-8000-000000000108',
    content: {
      sku: 'CAMP-LAMP-USB',
      name: 'Camp lamp, rechargeable',
      description: '400 lumens, 20 hours on the lowest step, USB-C.',
      price: { amount: 3_999, currency: 'USD' },
      stock: 0,
      sellerId: jordan,
    },
  },
];
