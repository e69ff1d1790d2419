import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@shop/logging';
import { describeError } from './mongo/errors.ts';
import type { Hello, Member } from './mongo/member.ts';
import { stepDown } from './replica-set/apply.ts';

const EVERY_MS = 250;

export interface PrestopOptions {
  readonly ordinal: number;
  readonly host: string;
  readonly member: Member;
  readonly readReplicas: () => Promise<number>;
  readonly timeoutMs: number;
  readonly logger: Logger;
}

export interface PrestopResult {
  readonly left: boolean;
  readonly reason: string;
}

/**
 * Holds up the end of this pod's mongod until the others can do without it: until it is no longer primary and, when
 * the StatefulSet was scaled below it, no longer a member. The primary's controller takes it out of the set; this only
 * waits, at most `timeoutMs`.
 */
export async function prepareToStop(options: PrestopOptions): Promise<PrestopResult> {
  const { timeoutMs, logger, ordinal } = options;
  const deadline = performance.now() + timeoutMs;
  logger.info({ ordinal }, 'the pod is to end');
  for (;;) {
    const result = await tryToLeave(options);
    if (result.left || performance.now() > deadline) {
      logger[result.left ? 'info' : 'warn']({ ordinal, ...result }, 'the pod may end');
      return result;
    }
    await delay(EVERY_MS);
  }
}

async function tryToLeave(options: PrestopOptions): Promise<PrestopResult> {
  const { member, host } = options;
  let hello: Hello;
  try {
    hello = await member.hello();
  } catch (error) {
    return { left: true, reason: `mongod does not answer: ${describeError(error)}` };
  }
  const members = [...hello.hosts, ...hello.passives];
  if (hello.setName === undefined || !members.includes(host)) return { left: true, reason: 'not a member' };
  const surplus = await isSurplus(options);
  if (surplus) return { left: false, reason: 'the primary has not removed this member yet' };
  if (!hello.isWritablePrimary) return { left: true, reason: 'not the primary' };
  // Members without a vote cannot take over, and secondaries that can are `hosts`.
  if (hello.hosts.length === 1) return { left: true, reason: 'the only one that can be primary' };
  try {
    await stepDown(member);
    return { left: true, reason: 'handed over to another primary' };
  } catch (error) {
    return { left: false, reason: `no other member can take over now: ${describeError(error)}` };
  }
}

/** Unknown counts as no: without the API server nobody is removed, and waiting would be in vain. */
async function isSurplus({ readReplicas, ordinal }: PrestopOptions): Promise<boolean> {
  try {
    const replicas = await readReplicas();
    return replicas > 0 && ordinal >= replicas;
  } catch {
    return false;
  }
}
