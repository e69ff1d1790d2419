import { createLogger, type Logger } from '@shop/logging';

/** What the sidecar says about itself. */
export interface OwnLog {
  readonly logger: Logger;
  readonly entries: Record<string, unknown>[];
  messages(): unknown[];
}

export function createOwnLog(): OwnLog {
  const entries: Record<string, unknown>[] = [];
  const destination = {
    write: (line: string) => void entries.push(JSON.parse(line) as Record<string, unknown>),
  };
  return {
    logger: createLogger({ app: 'log-sidecar', level: 'debug', destination }),
    entries,
    messages: () => entries.map(({ msg }) => msg),
  };
}
