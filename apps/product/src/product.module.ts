import { Module, type DynamicModule } from '@nestjs/common';
import type { ProductConfig } from './config.ts';
import { ProductController } from './product.controller.ts';
import { ProductService } from './product.service.ts';
import { boardUrl, ShopIndexController } from './shop-index/shop-index.controller.ts';

@Module({ controllers: [ProductController, ShopIndexController], providers: [ProductService] })
export class ProductModule {
  static with(config: Pick<ProductConfig, 'boardUrl'>): DynamicModule {
    return { module: ProductModule, providers: [{ provide: boardUrl, useValue: config.boardUrl }] };
  }
}
