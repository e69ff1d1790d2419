import { Module, type DynamicModule } from '@nestjs/common';
import { NeighbourClient, StoreModule } from '@shop/service';
import type { Store } from '@shop/store';
import { ProductsOfUser } from './products-of-user.ts';
import { UserController } from './user.controller.ts';
import { Users } from './users.ts';

@Module({})
export class UserModule {
  static with({ store, neighbour }: { store: Store; neighbour: NeighbourClient }): DynamicModule {
    return {
      module: UserModule,
      imports: [StoreModule.with(store)],
      controllers: [UserController],
      providers: [
        { provide: NeighbourClient, useValue: neighbour },
        { provide: Users, useFactory: () => new Users(store) },
        ProductsOfUser,
      ],
    };
  }
}
