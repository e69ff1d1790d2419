import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';

interface ApiObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid?: string };
}

/** The part of the Kubernetes API that a watcher uses: lists, and watches that stay open. */
export class FakeApi {
  readonly config = new KubeConfig();
  /** Every path that was requested. */
  readonly asked: string[] = [];
  readonly methods = new Set<string>();
  readonly #objects = new Map<string, Map<string, ApiObject>>();
  readonly #history: { readonly path: string; readonly version: number; readonly line: string }[] = [];
  readonly #watches = new Map<string, Set<ServerResponse>>();
  #version = 1;
  refuse = false;

  readonly #server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api');
    this.asked.push(pathname);
    this.methods.add(request.method ?? '');
    response.setHeader('content-type', 'application/json');
    if (this.refuse) {
      response.statusCode = 403;
      return response.end(JSON.stringify({ kind: 'Status', code: 403, message: 'forbidden' }));
    }
    if (searchParams.get('watch') !== null) {
      const open = this.#watches.get(pathname) ?? new Set();
      this.#watches.set(pathname, open.add(response));
      response.once('close', () => open.delete(response));
      response.flushHeaders();
      const since = Number(searchParams.get('resourceVersion'));
      for (const { path, version, line } of this.#history)
        if (path === pathname && version > since) response.write(line);
      return undefined;
    }
    const items = [...(this.#objects.get(pathname)?.values() ?? [])];
    return response.end(
      JSON.stringify({ kind: 'List', metadata: { resourceVersion: String(this.#version) }, items }),
    );
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    this.config.loadFromClusterAndUser(
      { name: 'fake', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
      { name: 'unowned' },
    );
  }

  put(path: string, object: ApiObject): void {
    const objects = this.#objects.get(path) ?? new Map<string, ApiObject>();
    this.#objects.set(path, objects);
    const type = objects.has(object.metadata.name) ? 'MODIFIED' : 'ADDED';
    objects.set(object.metadata.name, object);
    this.#tell(path, type, object);
  }

  remove(path: string, name: string): void {
    const object = this.#objects.get(path)?.get(name);
    if (!object) throw new Error(`no ${name} at ${path}`);
    this.#objects.get(path)?.delete(name);
    this.#tell(path, 'DELETED', object);
  }

  /** Ends all watches, as a restart of the API server does. */
  breakWatches(): void {
    for (const open of this.#watches.values()) for (const response of open) response.destroy();
  }

  get watching(): number {
    return [...this.#watches.values()].reduce((sum, { size }) => sum + size, 0);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  #tell(path: string, type: string, object: ApiObject): void {
    this.#version += 1;
    const told = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    const line = `${JSON.stringify({ type, object: told })}\n`;
    this.#history.push({ path, version: this.#version, line });
    for (const response of this.#watches.get(path) ?? []) response.write(line);
  }
}
