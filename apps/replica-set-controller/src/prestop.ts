import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@shop/logging';
import { describeError } from './mongo/errors.ts';
import type { Hello, Member } from './mongo/member.ts';
import { stepDown } from './replica-set/apply.ts';
import { keepsUp, type MemberStatus, readStatus } from './replica-set/status.ts';

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
 * Delays the end of this pod's mongod until the others work without it: until it is no longer primary, another one is,
 * and a majority keeps up with that one. If the StatefulSet was scaled below this pod, it also waits until this member
 * was removed, which the primary's controller does. It waits at most `timeoutMs`.
 */
export async function prepareToStop(options: PrestopOptions): Promise<PrestopResult> {
  const { timeoutMs, logger, ordinal } = options;
  const deadline = performance.now() + timeoutMs;
  logger.info({ ordinal }, 'the pod has to end');
  let handedOver = false;
  for (;;) {
    const result = await tryToLeave(options);
    handedOver ||= result.handedOver ?? false;
    const { left } = result;
    if (left || performance.now() > deadline) {
      const reason = left && handedOver ? 'handed over to another primary' : result.reason;
      logger[left ? 'info' : 'warn']({ ordinal, left, reason }, 'the pod may end');
      return { left, reason };
    }
    await delay(EVERY_MS);
  }
}

interface Attempt extends PrestopResult {
  readonly handedOver?: boolean;
}

const leave = (reason: string): Attempt => ({ left: true, reason });
const wait = (reason: string): Attempt => ({ left: false, reason });

async function tryToLeave(options: PrestopOptions): Promise<Attempt> {
  const { member, host, ordinal } = options;
  let hello: Hello;
  try {
    hello = await member.hello();
  } catch (error) {
    return leave(`mongod does not answer: ${describeError(error)}`);
  }
  const members = [...hello.hosts, ...hello.passives];
  if (hello.setName === undefined || !members.includes(host)) return leave('not a member');

  const replicas = await replicasOrUnknown(options);
  if (replicas === 0) return leave('all members have to end');
  if (replicas !== undefined && ordinal >= replicas)
    return wait('the primary has not removed this member yet');

  // Members without a vote cannot take over, and secondaries that can are `hosts`.
  const others = hello.hosts.filter((name) => name !== host);
  if (hello.isWritablePrimary) {
    if (others.length === 0) return leave('the only one that can be primary');
    try {
      const status = await readStatus(member);
      if (!status.some((one) => others.includes(one.name) && keepsUp(one, status)))
        return wait('no other member keeps up');
      await stepDown(member);
      return { ...wait('waiting for the election of another primary'), handedOver: true };
    } catch (error) {
      return wait(`no other member can take over now: ${describeError(error)}`);
    }
  }
  if (!hello.secondary || others.length === hello.hosts.length)
    return leave('no other member depends on this one');
  // Without the API server it is unknown whether the whole set is being stopped, where waiting would not help.
  if (replicas === undefined) return leave('not the primary');
  try {
    return suffice(others, await readStatus(member))
      ? leave('the others are enough')
      : wait('the others are not a majority that keeps up');
  } catch (error) {
    return wait(`the others cannot be seen: ${describeError(error)}`);
  }
}

/** Whether these voters, all but this pod’s, have a primary and still are a majority that acknowledges writes. */
function suffice(voters: readonly string[], status: readonly MemberStatus[]): boolean {
  const fit = status.filter((one) => voters.includes(one.name) && keepsUp(one, status));
  return fit.some(({ stateStr }) => stateStr === 'PRIMARY') && fit.length > (voters.length + 1) / 2;
}

/** Undefined without the API server. */
async function replicasOrUnknown({ readReplicas }: PrestopOptions): Promise<number | undefined> {
  try {
    return await readReplicas();
  } catch {
    return undefined;
  }
}
