import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Registry } from '@prometheus-io/client';
import { Controller, type ControllerOptions } from '../src/controller.ts';
import { createMetrics } from '../src/metrics.ts';
import type { Member } from '../src/mongo/member.ts';

/** A secondary of a set of two, whose mongod answers until it is silenced. */
function secondary() {
  let answers = true;
  let alone = false;
  const registry = new Registry();
  const member = {
    async hello() {
      if (!answers) throw new Error('connect ECONNREFUSED');
      return { isWritablePrimary: false, secondary: true, setName: 'rs0', hosts: [], passives: [] };
    },
    command: async (command: object) =>
      'replSetGetConfig' in command
        ? {
            config: { _id: 'rs0', version: 7, members: [], settings: { replicaSetId: 'set' } },
          }
        : {
            members: [
              {
                _id: 0,
                name: 'mongo-0:27017',
                health: 1,
                stateStr: alone ? '(not reachable/healthy)' : 'PRIMARY',
              },
              { _id: 1, name: 'mongo-1:27017', health: 1, stateStr: 'SECONDARY', self: true },
            ],
          },
  };
  const logger = { info: jest.fn(), warn: jest.fn(), error: jest.fn() };
  // Only the options that a secondary needs.
  const options: Partial<ControllerOptions> = {
    ordinal: 1,
    member: member as unknown as Member,
    metrics: createMetrics(registry),
    volume: { record: async () => undefined } as unknown as ControllerOptions['volume'],
    logger: logger as unknown as ControllerOptions['logger'],
  };
  const controller = new Controller(options as ControllerOptions);
  return {
    controller,
    fail: () => {
      answers = false;
    },
    /** The other member is gone. */
    alone: () => {
      alone = true;
    },
    gauge: async (name: string, labels: Readonly<Record<string, string>> = {}) => {
      const metric = await registry.getSingleMetric(name)!.get();
      const entries = Object.entries(labels);
      return metric.values.find((each) => entries.every(([key, value]) => each.labels[key] === value))?.value;
    },
  };
}

describe('the metrics of a member', () => {
  let subject = secondary();
  beforeEach(async () => {
    subject = secondary();
    await subject.controller.round();
  });

  test('show the set as it sees it', async () => {
    expect(await subject.gauge('replica_set_has_primary')).toBe(1);
    expect(await subject.gauge('replica_set_members', { state: 'SECONDARY' })).toBe(1);
  });

  test('show none as 0 where it sees the set', async () => {
    subject.alone();
    await subject.controller.round();
    expect(await subject.gauge('replica_set_members', { state: 'PRIMARY' })).toBe(0);
    expect(await subject.gauge('replica_set_members', { state: 'SECONDARY' })).toBe(1);
  });

  test('show no primary once its mongod does not answer, instead of the last one seen', async () => {
    subject.fail();
    await subject.controller.round();
    expect(await subject.gauge('replica_set_has_primary')).toBe(0);
    expect(await subject.gauge('replica_set_members', { state: 'SECONDARY' })).toBeUndefined();
    expect(await subject.gauge('replica_set_reconcile_errors_total')).toBe(1);
  });
});
