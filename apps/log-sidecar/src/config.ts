import { ConfigError, readEnvironment, settings } from '@shop/config';
import { readConfigFile } from '@shop/config/file';
import { z } from 'zod';
import type { TransformOptions } from './transform/transformer.ts';
import type { HttpSinkOptions } from './write/http-sink.ts';
import { repeatsRepetition } from './transform/multi-line.ts';
import { redactPathPattern } from './transform/redact-paths.ts';

const text = () => z.string().min(1).optional();
const KiB = 1024;
const MiB = 1024 * KiB;

/** Each is an environment variable: `logFile` is `LOG_FILE`. */
const environmentSchema = z.object({
  /** The file the app writes; rotated ones are beside it as `<file>.1` and so on. */
  logFile: z.string().min(1),
  checkpointFile: text(),
  configFile: text(),
  adminHost: settings.host().default('127.0.0.1'),
  adminPort: settings.port(),
  /** Of the sidecar's own messages, which go to standard error. */
  logLevel: settings.logLevel().default('info'),
  /** How often the file is checked while nothing new comes. */
  pollIntervalMs: settings.milliseconds().default(100),
  maxLineBytes: settings.bytes(KiB, 16 * MiB).default(MiB),
  /** How long draining may take after SIGTERM; less than the pod's terminationGracePeriodSeconds. */
  drainTimeoutMs: settings.milliseconds().default(20_000),
  podName: text(),
  nodeName: text(),
  podNamespace: text(),
  appName: text(),
  appVersion: text(),
});

const regularExpression = z.string().transform((source, context) => {
  try {
    const expression = new RegExp(source);
    if (!repeatsRepetition(source)) return expression;
    context.addIssue({
      code: 'custom',
      message: 'must not repeat a group that repeats or has alternatives: (a+)*, (a|b)*',
    });
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a regular expression' });
  }
  return z.NEVER;
});

const sinkSchema = z.strictObject({
  url: settings.httpUrl(),
  headers: z.record(z.string(), z.string()).default({}),
  batchBytes: settings.bytes(KiB, 16 * MiB).default(256 * KiB),
  bufferBytes: settings.bytes(KiB, 256 * MiB).default(4 * MiB),
  flushMs: settings.milliseconds().default(1000),
  timeoutMs: settings.milliseconds().default(5000),
  retryMinMs: settings.milliseconds().default(250),
  retryMaxMs: settings.milliseconds().default(30_000),
});

const multilineSchema = z.strictObject({
  continuation: regularExpression.default(/^(?:\s|Caused by:|Suppressed:|[)\]}])/),
  maxLines: settings.count(10_000).default(500),
  flushMs: settings.milliseconds().default(1000),
});

const contentSchema = z.strictObject({
  redact: z
    .strictObject({
      paths: z
        .array(
          z.string().regex(redactPathPattern, 'must be names, * or ** joined by dots, and not end in **'),
        )
        .default([]),
      censor: z.string().default('[redacted]'),
    })
    .prefault({}),
  /** By level: one line in this many is kept; 0 keeps none. */
  sampling: z.record(z.string(), z.number().int().min(0).max(1_000_000)).default({}),
  multiline: multilineSchema.prefault({}),
  sink: sinkSchema.optional(),
});

/** An empty YAML file is null. */
const fileSchema = z.preprocess((content) => content ?? {}, contentSchema);

type Environment = z.output<typeof environmentSchema>;

export interface SidecarConfig extends Pick<
  Environment,
  'logFile' | 'adminHost' | 'adminPort' | 'logLevel' | 'pollIntervalMs' | 'maxLineBytes' | 'drainTimeoutMs'
> {
  readonly checkpointFile: string;
  readonly transform: TransformOptions;
  readonly sink: HttpSinkOptions | undefined;
}

/**
 * Reads the environment and, if CONFIG_FILE names one, the YAML file.
 * @throws {ConfigError} with every problem of both.
 */
export function readSidecarConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): SidecarConfig {
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems.map((problem) => `${error.source}: ${problem}`));
      return undefined;
    }
  };
  const path = environment['CONFIG_FILE'];
  const settings = attempt(() => readEnvironment(environmentSchema, environment));
  const file = attempt(() => (path ? readConfigFile(fileSchema, path) : fileSchema.parse({})));
  if (!settings || !file) throw new ConfigError('the configuration', problems);

  const { podName, nodeName, podNamespace, appName, appVersion, checkpointFile, ...rest } = settings;
  return {
    ...rest,
    checkpointFile: checkpointFile ?? `${settings.logFile}.checkpoint`,
    transform: {
      origin: { pod: podName, node: nodeName, namespace: podNamespace, app: appName, version: appVersion },
      redact: file.redact,
      sampling: file.sampling,
      multiline: { ...file.multiline, maxBytes: settings.maxLineBytes },
    },
    sink: file.sink,
  };
}
