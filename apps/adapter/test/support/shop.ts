import { request as send, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startApp, type StartedApp } from '../../../../tests/support/start-app.ts';
import { createApp as createProductApp } from '../../../product/src/app.ts';
import { createApp as createUserApp } from '../../../user/src/app.ts';

/** As much of a product as the tests look at. */
export interface ShopProduct {
  readonly id: string;
  readonly sku: string;
  readonly version: number;
  readonly price: { readonly amount: number; readonly currency: string };
}

export interface Shop extends AsyncDisposable {
  readonly productUrl: string;
  readonly userUrl: string;
  /** All products, as the shop lists them. */
  products(): Promise<ShopProduct[]>;
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** The real services, each on its own database. */
export async function startShop(): Promise<Shop> {
  const apps: StartedApp[] = [await startApp(createProductApp), await startApp(createUserApp)];
  const [productUrl = '', userUrl = ''] = apps.map(({ server }) => urlOf(server));
  return {
    productUrl,
    userUrl,
    async products() {
      const found: ShopProduct[] = [];
      let path: string | undefined = '/product?limit=100';
      while (path !== undefined) {
        const page = (await (await fetch(productUrl + path)).json()) as {
          items: ShopProduct[];
          next?: string;
        };
        found.push(...page.items);
        path = page.next === undefined ? undefined : `/product?limit=100&cursor=${page.next}`;
      }
      return found;
    },
    async [Symbol.asyncDispose]() {
      for (const app of apps) await app.close();
    },
  };
}

/** Passes requests on, but for those that `intercept` answers itself. */
export const proxyTo =
  (url: string, intercept: (...args: Parameters<RequestListener>) => boolean): RequestListener =>
  (request, response) => {
    if (intercept(request, response)) return void request.resume();
    const { method, headers, url: path } = request;
    const upstream = send(new URL(path ?? '/', url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.on('error', () => response.destroy());
    request.pipe(upstream);
  };
