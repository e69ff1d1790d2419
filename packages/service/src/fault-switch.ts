/**
 * Faults on demand, for the chaos tests. They are off unless a setting names the file, which only an opt-in component
 * does.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpProblem } from '@shop/http-errors';
import type { Logger } from '@shop/logging';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

/** The faults that the file can name, as JSON. The names are toxiproxy's where it has the fault. */
const fault = z.discriminatedUnion('kind', [
  /** Responses come this much later. */
  z.strictObject({ kind: z.literal('latency'), ms: z.int().min(1).max(60_000) }),
  /** Requests are accepted and never answered. */
  z.strictObject({ kind: z.literal('timeout') }),
  /** Every response is a 500. */
  z.strictObject({ kind: z.literal('error') }),
  /** The connection is reset in the middle of every body. */
  z.strictObject({ kind: z.literal('reset-peer') }),
  /** Memory is taken until there is none. */
  z.strictObject({ kind: z.literal('memory') }),
]);
type Fault = z.output<typeof fault>;

/**
 * Reads the file at each request, and applies its fault to that request; without a file there is no fault. To write the
 * file, one needs access to the pod's volume; the network gives none. The admin port, and so the probes, are not
 * affected.
 * @param file undefined: nothing is installed.
 */
export function installFaultSwitch(fastify: FastifyInstance, file: string | undefined, logger: Logger): void {
  if (file === undefined) return;
  logger.warn({ file }, 'fault injection is possible: unset FAULT_FILE outside of tests');
  fastify.addHook('onRequest', async (request, reply) => {
    const wanted = read(file);
    switch (wanted?.kind) {
      case 'latency':
        await delay(wanted.ms);
        break;
      case 'timeout':
        // Until the caller gives up.
        await once(request.raw.socket, 'close').catch(() => undefined);
        return reply.hijack();
      case 'error':
        throw new HttpProblem('internal-error', 'This is an injected fault.');
      case 'reset-peer':
        resetInMidBody(reply.raw);
        break;
      case 'memory':
        exhaustMemory();
        break;
      case undefined:
    }
  });
}

/** A half-written file counts as no fault. */
function read(file: string): Fault | undefined {
  try {
    return fault.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

function resetInMidBody(response: ServerResponse): void {
  response.end = ((chunk?: string | Buffer) => {
    const body = Buffer.from(chunk ?? '');
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.socket?.resetAndDestroy());
    return response;
  }) as typeof response.end;
}

const taken: Buffer[] = [];

/** Outside of V8's heap: V8's own limit would end the process before the container's limit does. */
function exhaustMemory(): void {
  setInterval(() => taken.push(Buffer.alloc(16 * 1024 * 1024, 1)), 20);
}
