import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import type { Store } from '@shop/store';

const STORE = Symbol('Store');

/** Closes the store last of all: after the HTTP server, whose unfinished requests still use it. */
@Module({})
export class StoreModule implements OnApplicationShutdown {
  readonly #store: Store;

  constructor(@Inject(STORE) store: Store) {
    this.#store = store;
  }

  static with(store: Store): DynamicModule {
    return { module: StoreModule, providers: [{ provide: STORE, useValue: store }] };
  }

  onApplicationShutdown(): Promise<void> {
    return this.#store.close();
  }
}
