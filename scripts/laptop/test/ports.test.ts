import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { choosePorts, claimPorts, PortError, requireFree } from '../ports.ts';

const servers: Server[] = [];
const closeAll = () =>
  Promise.all(servers.splice(0).map((server) => new Promise((resolve) => void server.close(resolve))));
afterEach(closeAll);

async function occupy(port: number, address = '127.0.0.1'): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(port, address, resolve));
  return port;
}

test('ports that are free are kept; 0 and taken ones become others', async () => {
  const { a, b } = await choosePorts({ a: 0, b: 0 });
  await occupy(a);
  const chosen = await choosePorts({ taken: a, free: b, any: 0 });
  expect(chosen.free).toBe(b);
  expect(new Set([a, chosen.taken, chosen.free, chosen.any]).size).toBe(4);
});

test('a port that is taken is named, with the option to choose another', async () => {
  const { port } = await choosePorts({ port: 0 });
  await occupy(port);
  const refusal = requireFree(port);
  await expect(refusal).rejects.toThrow(PortError);
  await expect(refusal).rejects.toThrow(new RegExp(`Port ${port} is in use .*npm start -- --port 8081`, 's'));
});

test('a port that only IPv6 has taken counts as taken: localhost may mean it', async () => {
  const { port } = await choosePorts({ port: 0 });
  await occupy(port, '::1');
  await expect(requireFree(port)).rejects.toThrow(`Port ${port} is in use`);
});

test('a port that becomes free in time is waited for', async () => {
  const { port } = await choosePorts({ port: 0 });
  await occupy(port);
  const free = requireFree(port, 5_000);
  await closeAll();
  await expect(free).resolves.toBeUndefined();
});

describe('the ports of a shop', () => {
  test('no other shop gets them until they are released, though nothing listens there yet', async () => {
    const wanted = await choosePorts({ usual: 0, required: 0 });
    const usual = { usual: wanted.usual, another: 0 };
    const [one, two] = await Promise.all([
      claimPorts({ ...usual, required: wanted.required, any: 0 }, ['required']),
      claimPorts({ ...usual, any: 0 }),
    ]);
    const all = [...Object.values(one.ports), ...Object.values(two.ports)];
    expect(new Set(all).size).toBe(7);
    expect(all).not.toContain(0);
    expect(one.ports.required).toBe(wanted.required);
    await Promise.all([one.release(), two.release()]);
  });

  test('a port that is required is neither the usual one of another program nor a claim', async () => {
    const { user } = await choosePorts({ user: 0 });
    const at = { usual: user - 50, from: user - 40, to: user, size: 20 };
    for (const door of [user, at.usual, at.from, at.from + 1]) {
      const claimed = await claimPorts({ door, user, any: 0 }, ['door'], at);
      expect(claimed.ports.door).toBe(door);
      expect(new Set(Object.values(claimed.ports)).size).toBe(3);
      await expect(requireFree(door)).resolves.toBeUndefined();
      await claimed.release();
    }
  });

  test('what has been released is used again, and what is taken is not', async () => {
    const first = await claimPorts({ any: 0 });
    const { any } = first.ports;
    await first.release();
    await occupy(any);
    const second = await claimPorts({ any: 0, taken: any });
    expect(Object.values(second.ports)).not.toContain(any);
    await second.release();
  });
});
