import { RouteConfig } from '@nestjs/platform-fastify';

/** Of a handler: the media types that it has, instead of JSON alone. A client that accepts none of them gets 406. */
export const Produces = (...types: readonly string[]): MethodDecorator => RouteConfig({ produces: types });
