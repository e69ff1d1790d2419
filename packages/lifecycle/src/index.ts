export {
  startAdminServer,
  type AdminRoutes,
  type AdminServer,
  type AdminServerOptions,
} from './admin-server.ts';
export { AppProcess, type AppDependencies } from './app-process.ts';
export { installCrashHandlers } from './crash.ts';
export { closeGracefully, closeServer } from './http-server.ts';
export { closeInStages, dropInput, isDropped, lingerAfter, type LingerLimits } from './linger.ts';
export { Lifecycle, type Phase, type Readiness, type ReadinessCheck } from './lifecycle.ts';
export { createRegistry } from './metrics.ts';
export { requestPath } from './request-path.ts';
export { shutdownOnSignals, type ShutdownOptions } from './shutdown.ts';
