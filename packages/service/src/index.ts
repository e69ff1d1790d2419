export { createService, type Service, type ServiceDefinition } from './create-service.ts';
export { serve } from './serve.ts';
export { serviceConfig, type ServiceConfig } from './service-config.ts';
export { createServiceLogger } from './service-logger.ts';
export { InjectStore } from './service.module.ts';
export {
  Representation,
  created,
  entityRepresentation,
  noContent,
  representation,
} from './http/representation.ts';
export { preferredType } from './http/media-types.ts';
export { Produces } from './http/produces.ts';
export { preconditionsOf, Preconditions, type PreconditionHeaders } from './http/preconditions.ts';
export { decodeCursor, nextLink, pageRepresentation } from './http/page.ts';
export { NeighbourClient, type NeighbourResponse } from './neighbour-client.ts';
export { Resource, type ResourceOptions } from './resource/resource.ts';
export { describeResource, ifNoneMatch, type ResourceDescription } from './openapi/resource.ts';
export * as responses from './openapi/responses.ts';
