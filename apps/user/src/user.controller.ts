import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Put, Query, Req } from '@nestjs/common';
import {
  entityId,
  userContent,
  userPatch,
  userQuery,
  type MergePatch,
  type PageQuery,
  type UserContent,
} from '@shop/contracts';
import {
  created,
  decodeCursor,
  entityRepresentation,
  nextLink,
  noContent,
  pageRepresentation,
  preconditionsOf,
  representation,
  type PreconditionHeaders,
  type Representation,
} from '@shop/service';
import { UserService } from './user.service.ts';

const id = { schema: entityId };

@Controller('user')
export class UserController {
  readonly #users: UserService;

  constructor(users: UserService) {
    this.#users = users;
  }

  @Get()
  async list(
    @Query({ schema: userQuery }) { limit, cursor }: PageQuery,
    @Req() { url }: { url: string },
  ): Promise<Representation> {
    return pageRepresentation(await this.#users.list({ limit, after: decodeCursor(cursor) }), url);
  }

  @Post()
  async create(
    @Body({ schema: userContent }) content: UserContent,
    @Headers() headers: PreconditionHeaders,
    @Req() request: { url: string },
  ): Promise<Representation> {
    const list = () => this.list(userQuery.parse({}), request);
    await preconditionsOf(headers).checkList(async () => (await list()).headers['etag']);
    const user = await this.#users.create(content);
    return created(user, `/user/${user.id}`);
  }

  @Get(':id')
  async get(@Param('id', id) userId: string): Promise<Representation> {
    return entityRepresentation(await this.#users.get(userId));
  }

  @Put(':id')
  async put(
    @Param('id', id) userId: string,
    @Body({ schema: userContent }) content: UserContent,
    @Headers() headers: PreconditionHeaders,
  ): Promise<Representation> {
    const result = await this.#users.put(userId, content, preconditionsOf(headers));
    return result.created ? created(result.entity, `/user/${userId}`) : entityRepresentation(result.entity);
  }

  @Patch(':id')
  async patch(
    @Param('id', id) userId: string,
    @Body({ schema: userPatch }) patch: MergePatch,
    @Headers() headers: PreconditionHeaders,
  ): Promise<Representation> {
    return entityRepresentation(await this.#users.patch(userId, patch, preconditionsOf(headers)));
  }

  @Delete(':id')
  async delete(
    @Param('id', id) userId: string,
    @Headers() headers: PreconditionHeaders,
  ): Promise<Representation> {
    await this.#users.remove(userId, preconditionsOf(headers));
    return noContent();
  }

  /** The products this user sells, from the product service; `source` says whether they come from there. */
  @Get(':id/products')
  async products(
    @Param('id', id) userId: string,
    @Query({ schema: userQuery }) query: PageQuery,
    @Req() { url }: { url: string },
  ): Promise<Representation> {
    await this.#users.get(userId);
    const products = await this.#users.products(userId, query);
    if (products.source === 'fallback') return representation(products, { 'cache-control': 'no-store' });
    return representation(
      products,
      products.next === undefined ? {} : { link: nextLink(url, products.next) },
    );
  }
}
