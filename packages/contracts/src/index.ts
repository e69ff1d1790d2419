export { entityId, page, pageQuery, type PageQuery } from './common.ts';
export { currenciesAsOf, minorDigits } from './currencies.ts';
export { embeddedProducts, embeddedSeller, type EmbeddedProducts, type EmbeddedSeller } from './embedded.ts';
export { mergePatchOf, type MergePatch } from './merge-patch.ts';
export { money, type Money } from './money.ts';
export {
  product,
  productContent,
  productPatch,
  productQuery,
  type Product,
  type ProductContent,
  type ProductQuery,
} from './product.ts';
export { user, userContent, userPatch, userQuery, type User, type UserContent } from './user.ts';
