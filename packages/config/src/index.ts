export { ConfigError } from './errors.ts';
export { readEnvironment } from './environment.ts';
export { readOrExit } from './exit.ts';
export * as settings from './settings.ts';
