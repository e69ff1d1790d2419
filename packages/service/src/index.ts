export { createService, type Service, type ServiceOptions } from './create-service.ts';
export { serviceConfig, type ServiceConfig } from './service-config.ts';
export { runService, type Foundations } from './run-service.ts';
export {
  Representation,
  created,
  entityRepresentation,
  noContent,
  representation,
} from './http/representation.ts';
export { preconditionsOf, Preconditions, type PreconditionHeaders } from './http/preconditions.ts';
export { decodeCursor, nextLink, pageRepresentation } from './http/page.ts';
export { NeighbourClient, type NeighbourAnswer } from './neighbour/client.ts';
export { Resource, type ResourceOptions } from './resource/resource.ts';
export { describeResource, ifNoneMatch, type ResourceDescription } from './openapi/resource.ts';
export * as responses from './openapi/responses.ts';
export { createServiceLogger } from './service-logger.ts';
export { StoreModule } from './store-module.ts';
