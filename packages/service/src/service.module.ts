import {
  Global,
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type Type,
} from '@nestjs/common';
import type { Store } from '@shop/store';
import { NeighbourClient } from './neighbour-client.ts';

const STORE = Symbol('Store');

/** Injects the service's database into a constructor. */
export const InjectStore = (): ParameterDecorator => Inject(STORE);

/** The root module of a service: gives its own module the database and the client of the other service. */
@Global()
@Module({})
export class ServiceModule implements OnApplicationShutdown {
  readonly #store: Store;
  readonly #neighbour: NeighbourClient;

  constructor(@InjectStore() store: Store, neighbour: NeighbourClient) {
    this.#store = store;
    this.#neighbour = neighbour;
  }

  /** @param own the service's own module: its controllers and their services. */
  static with(own: Type | DynamicModule, store: Store, neighbour: NeighbourClient): DynamicModule {
    return {
      module: ServiceModule,
      imports: [own],
      providers: [
        { provide: STORE, useValue: store },
        { provide: NeighbourClient, useValue: neighbour },
      ],
      exports: [STORE, NeighbourClient],
    };
  }

  /** Closes what requests use last of all: after the HTTP server, whose unfinished requests still need it. */
  onApplicationShutdown(): Promise<void> {
    this.#neighbour.close();
    return this.#store.close();
  }
}
