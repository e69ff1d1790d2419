/**
 * `node nest.ts PORT DATABASE_URL USER_URL`: product on NestJS with its Fastify adapter and nothing of the shop's own: the
 * same schema, validated by Nest's pipe for it, the same database and seller. Decorators are called as the functions that
 * they are, as Node runs this file without a compiler.
 */
import 'reflect-metadata';
import {
  Body,
  Controller,
  Get,
  Module,
  NotFoundException,
  Param,
  Post,
  Res,
  StandardSchemaValidationPipe,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { entityId, productContent, type ProductContent } from '@shop/contracts';
import type { FastifyReply } from 'fastify';
import { Products } from './database.ts';
import { sellerOf } from './seller.ts';

const [port, databaseUrl, userUrl] = process.argv.slice(2) as [string, string, string];
const products = await Products.open(databaseUrl);
const seller = sellerOf(userUrl);

class ProductController {
  async get(id: string): Promise<object> {
    const found = await products.find(id);
    if (!found) throw new NotFoundException();
    return { ...found, seller: await seller(found.sellerId) };
  }

  async create(content: ProductContent, reply: FastifyReply): Promise<object> {
    const created = await products.create(content);
    reply.header('location', `/product/${created.id}`);
    return created;
  }
}

const { prototype } = ProductController;
const descriptorOf = (name: 'get' | 'create') =>
  Object.getOwnPropertyDescriptor(prototype, name) as TypedPropertyDescriptor<unknown>;
Controller('product')(ProductController);
Get(':id')(prototype, 'get', descriptorOf('get'));
Param('id', { schema: entityId })(prototype, 'get', 0);
Post()(prototype, 'create', descriptorOf('create'));
Body({ schema: productContent })(prototype, 'create', 0);
Res({ passthrough: true })(prototype, 'create', 1);

class ShopModule {}
Module({ controllers: [ProductController] })(ShopModule);

const app = await NestFactory.create<NestFastifyApplication>(ShopModule, new FastifyAdapter(), {
  logger: false,
});
app.useGlobalPipes(new StandardSchemaValidationPipe());
await app.listen(Number(port), '127.0.0.1');
