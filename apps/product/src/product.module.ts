import { Module, type DynamicModule } from '@nestjs/common';
import { NeighbourClient, StoreModule } from '@shop/service';
import type { Store } from '@shop/store';
import { ProductController } from './product.controller.ts';
import { Products } from './products.ts';
import { SellerOfProduct } from './seller-of-product.ts';

@Module({})
export class ProductModule {
  static with({ store, neighbour }: { store: Store; neighbour: NeighbourClient }): DynamicModule {
    return {
      module: ProductModule,
      imports: [StoreModule.with(store)],
      controllers: [ProductController],
      providers: [
        { provide: NeighbourClient, useValue: neighbour },
        { provide: Products, useFactory: () => new Products(store) },
        SellerOfProduct,
      ],
    };
  }
}
