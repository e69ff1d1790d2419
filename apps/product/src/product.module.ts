import { Module } from '@nestjs/common';
import { ProductController } from './product.controller.ts';
import { ProductService } from './product.service.ts';

@Module({ controllers: [ProductController], providers: [ProductService] })
export class ProductModule {}
