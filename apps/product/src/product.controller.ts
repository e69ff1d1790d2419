import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Put, Query, Req } from '@nestjs/common';
import {
  entityId,
  productContent,
  productPatch,
  productQuery,
  type MergePatch,
  type ProductContent,
  type ProductQuery,
} from '@shop/contracts';
import {
  created,
  decodeCursor,
  entityRepresentation,
  noContent,
  pageRepresentation,
  preconditionsOf,
  type PreconditionHeaders,
  type Representation,
} from '@shop/service';
import { ProductService } from './product.service.ts';

const id = { schema: entityId };

@Controller('product')
export class ProductController {
  readonly #products: ProductService;

  constructor(products: ProductService) {
    this.#products = products;
  }

  @Get()
  async list(
    @Query({ schema: productQuery }) { limit, cursor, sellerId, q }: ProductQuery,
    @Req() { url }: { url: string },
  ): Promise<Representation> {
    const query = { limit, after: decodeCursor(cursor), where: { sellerId }, text: q };
    return pageRepresentation(await this.#products.list(query), url);
  }

  @Post()
  async create(
    @Body({ schema: productContent }) content: ProductContent,
    @Headers() headers: PreconditionHeaders,
    @Req() request: { url: string },
  ): Promise<Representation> {
    const list = () => this.list(productQuery.parse({}), request);
    await preconditionsOf(headers).checkList(async () => (await list()).headers['etag']);
    const product = await this.#products.create(content);
    return created(product, `/product/${product.id}`);
  }

  /** With its seller, from the user service; `seller.source` says whether it comes from there. */
  @Get(':id')
  async get(@Param('id', id) productId: string): Promise<Representation> {
    const product = await this.#products.get(productId);
    return entityRepresentation(product, { seller: await this.#products.seller(product.sellerId) });
  }

  @Put(':id')
  async put(
    @Param('id', id) productId: string,
    @Body({ schema: productContent }) content: ProductContent,
    @Headers() headers: PreconditionHeaders,
  ): Promise<Representation> {
    const result = await this.#products.put(productId, content, preconditionsOf(headers));
    return result.created
      ? created(result.entity, `/product/${productId}`)
      : entityRepresentation(result.entity);
  }

  @Patch(':id')
  async patch(
    @Param('id', id) productId: string,
    @Body({ schema: productPatch }) patch: MergePatch,
    @Headers() headers: PreconditionHeaders,
  ): Promise<Representation> {
    return entityRepresentation(await this.#products.patch(productId, patch, preconditionsOf(headers)));
  }

  @Delete(':id')
  async delete(
    @Param('id', id) productId: string,
    @Headers() headers: PreconditionHeaders,
  ): Promise<Representation> {
    await this.#products.remove(productId, preconditionsOf(headers));
    return noContent();
  }
}
