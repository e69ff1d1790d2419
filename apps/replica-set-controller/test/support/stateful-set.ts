import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { eventually } from '@shop/testing/eventually';
import { controllerConfig } from '../../src/config.ts';
import { helloOf } from '../../src/mongo/member.ts';
import { FakeKubernetes, TOKEN } from './fake-kubernetes.ts';
import { freePorts } from '@shop/testing/free-port';
import { Mongod } from '@shop/testing/mongod';
import { Pod } from './pod.ts';

const MAX_PODS = 5;
export const users = ['controller', 'user', 'product', 'backup', 'restore'] as const;
export const firstPasswords = Object.fromEntries(users.map((user) => [user, `first-secret-of-${user}`]));

/** The StatefulSet `mongo` with all its pods on loopback: real mongods, the real controller, a faked API server. */
export class StatefulSet implements AsyncDisposable {
  readonly api = new FakeKubernetes();
  readonly lines: string[] = [];
  readonly pods: Pod[] = [];
  readonly #directory: string;
  readonly #ports: readonly number[];
  /** See {@link Pod}. */
  afterCommand: (command: string, ordinal: number) => void = () => undefined;

  private constructor(directory: string, ports: readonly number[]) {
    this.#directory = directory;
    this.#ports = ports;
  }

  static async create(binary: string): Promise<StatefulSet> {
    const directory = await mkdtemp(join(tmpdir(), 'replica-set-'));
    const set = new StatefulSet(directory, await freePorts(MAX_PODS));
    await set.#prepare(binary);
    return set;
  }

  hostOf = (ordinal: number): string => `127.0.0.1:${this.#ports[ordinal]}`;

  volumeOf(ordinal: number): string {
    return join(this.#directory, `data-mongo-${ordinal}`);
  }

  pod(ordinal: number): Pod {
    const pod = this.pods[ordinal];
    if (!pod) throw new Error(`no pod ${ordinal}`);
    return pod;
  }

  /** Like `kubectl scale`, with podManagementPolicy Parallel. Resolves when the removed pods are gone. */
  async scale(replicas: number): Promise<void> {
    const before = this.api.replicas;
    this.api.replicas = replicas;
    const goes = this.pods.slice(replicas, before).map((pod) => pod.end());
    const comes = this.pods.slice(before, replicas).map((pod) => pod.start());
    await Promise.all([...goes, ...comes]);
  }

  async password(user: string, password: string): Promise<void> {
    await writeFile(join(this.#directory, 'passwords', user), `${password}\n`);
  }

  /** A client of the whole set, as a service uses it. */
  client(
    user: string,
    database = user,
    password = firstPasswords[user] ?? '',
    ordinals = [0, 1, 2, 3, 4],
  ): MongoClient {
    return new MongoClient(`mongodb://${ordinals.map((ordinal) => this.hostOf(ordinal)).join(',')}/`, {
      replicaSet: 'rs0',
      auth: { username: user, password },
      authSource: database,
      writeConcern: { w: 'majority', journal: true, wtimeoutMS: 5000 },
      serverSelectionTimeoutMS: 3000,
      heartbeatFrequencyMS: 500,
    });
  }

  /** The ordinal of the member that writes go to. */
  primary(withinMs = 60_000): Promise<number> {
    return eventually(
      'there is a primary',
      async () => {
        for (let ordinal = 0; ordinal < MAX_PODS; ordinal += 1) {
          if (!this.pods[ordinal]?.mongod.running) continue;
          const hello = await helloOf(this.hostOf(ordinal)).catch(() => undefined);
          if (hello?.isWritablePrimary) return { ordinal };
        }
        return undefined;
      },
      { withinMs },
    ).then(({ ordinal }) => ordinal);
  }

  /** Makes primaries hand over until this member is the primary. */
  async makePrimary(ordinal: number): Promise<void> {
    await eventually(
      `mongo-${ordinal} is primary`,
      async () => {
        const primary = await this.primary();
        if (primary === ordinal) return true;
        await using client = this.#direct(primary);
        await client.db('admin').command({ replSetStepDown: 2, secondaryCatchUpPeriodSecs: 2 });
        return false;
      },
      { withinMs: 60_000 },
    );
  }

  /** The value of a metric without labels. */
  async metric(ordinal: number, name: string): Promise<number> {
    const metric = await this.pod(ordinal).registry.getSingleMetric(name)?.get();
    return metric?.values[0]?.value ?? Number.NaN;
  }

  /** Resolves when the set exists with all of its users. */
  async ready(): Promise<void> {
    await eventually('there are users', () => this.log().includes('users are complete'), {
      withinMs: 60_000,
    });
  }

  /** Voters and other members, by ordinal, as the primary reports them. */
  async members(): Promise<{ voters: number[]; others: number[] }> {
    const { hosts, passives } = await helloOf(this.hostOf(await this.primary()));
    const ordinals = (names: readonly string[]) =>
      names
        .map((name) => this.#ports.findIndex((port) => name === `127.0.0.1:${port}`))
        .sort((a, b) => a - b);
    return { voters: ordinals(hosts), others: ordinals(passives) };
  }

  async settled(voters: readonly number[], others: readonly number[] = [], withinMs = 60_000): Promise<void> {
    let seen = '';
    const wanted = JSON.stringify({ voters, others });
    await eventually(
      `the set is ${wanted}`,
      async () => {
        seen = JSON.stringify(await this.members());
        if (seen !== wanted) throw new Error(`it is ${seen}`);
        return true;
      },
      { withinMs },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.lines.slice(-20).join('')}`);
    });
  }

  /** `settings.replicaSetId` of a member that already has the users. */
  async replicaSetId(ordinal: number): Promise<string> {
    await using client = this.#direct(ordinal);
    const { config } = await client.db('admin').command({ replSetGetConfig: 1 });
    return String(config.settings.replicaSetId);
  }

  log(): string {
    return this.lines.join('');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.pods.map((pod) => pod.kill()));
    await this.api.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #direct(ordinal: number): MongoClient {
    return new MongoClient(`mongodb://${this.hostOf(ordinal)}/`, {
      directConnection: true,
      auth: { username: 'controller', password: firstPasswords['controller'] ?? '' },
      serverSelectionTimeoutMS: 2000,
    });
  }

  async #prepare(binary: string): Promise<void> {
    const path = (name: string) => join(this.#directory, name);
    await Promise.all(['passwords', 'service-account'].map((name) => mkdir(path(name))));
    await writeFile(path('keyfile'), 'A keyfile for tests: not a secret'.replace(/[^A-Za-z]/g, ''), {
      mode: 0o400,
    });
    await writeFile(path('service-account/token'), TOKEN);
    for (const user of users) await this.password(user, firstPasswords[user] ?? '');
    const kubernetesUrl = await this.api.listen();
    for (const [ordinal, port] of this.#ports.entries()) {
      const config = controllerConfig.parse({
        podName: `mongo-${ordinal}`,
        podNamespace: 'shop',
        mongoPort: port,
        passwordsDirectory: path('passwords'),
        serviceAccountDirectory: path('service-account'),
        volume: this.volumeOf(ordinal),
        kubernetesUrl,
        electionTimeoutMs: 2000,
        heartbeatIntervalMs: 200,
        intervalMs: 100,
        prestopTimeoutMs: 20_000,
        adminPort: 0,
      });
      const mongod = new Mongod({
        binary,
        directory: this.volumeOf(ordinal),
        port,
        keyFile: path('keyfile'),
        log: path(`mongod-${ordinal}.log`),
        parameters: ['shutdownTimeoutMillisForSignaledShutdown=100'],
      });
      const afterCommand = (command: string) => this.afterCommand(command, ordinal);
      const log = (line: string) => void this.lines.push(line);
      this.pods.push(new Pod({ config, mongod, hostOf: this.hostOf, log, afterCommand }));
    }
  }
}
