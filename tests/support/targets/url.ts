import { untilAnswering } from '../answering.ts';
import type { Target } from '../target.ts';

/** A shop of which only the address is known. */
export function urlTarget(url: string, token?: string): Target {
  const cannot = () =>
    Promise.reject(new Error(`a shop known by its URL alone cannot be controlled: ${url}`));
  return {
    name: 'url',
    url: url.replace(/\/+$/, ''),
    ...(token ? { token } : {}),
    capabilities: new Set(),
    replicas: cannot,
    scale: cannot,
    kill: cannot,
    breakers: cannot,
    logs: cannot,
    waitReady: () => untilAnswering(url, 15_000),
    diagnostics: () => Promise.resolve(`${url}: only its operator can see more.`),
  };
}
