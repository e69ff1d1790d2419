import { RouteConfig } from '@nestjs/platform-fastify';

/** The media types that a handler can send, instead of JSON alone. A client that accepts none of them gets 406. */
export const Produces = (...types: readonly string[]): MethodDecorator => RouteConfig({ produces: types });
