import { Controller, Get, Headers, Inject } from '@nestjs/common';
import { preferredType, Produces, representation, type Representation } from '@shop/service';
import { contentSecurityPolicy, indexOf, languageOf, pageOf } from './documents.ts';

export const boardUrl = Symbol('where the board is, if there is one');

/** JSON first: a client without a preference is a program. */
const types = ['application/json', 'text/html'] as const;

/** `/` of the shop. docs/decisions says why product serves it. */
@Controller()
export class ShopIndexController {
  readonly #boardUrl: string | undefined;

  constructor(@Inject(boardUrl) url: string | undefined) {
    this.#boardUrl = url;
  }

  @Get()
  @Produces(...types)
  get(
    @Headers('accept') accept: string | undefined,
    @Headers('accept-language') language: string | undefined,
  ): Representation {
    const index = indexOf(this.#boardUrl);
    const vary = 'accept, accept-language';
    if (preferredType(accept, types) !== 'text/html') return representation(index, { vary });
    return representation(pageOf(index, languageOf(language)), {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
      vary,
    });
  }
}
