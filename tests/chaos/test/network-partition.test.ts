import { describe, expect, test } from '@jest/globals';
import { endEstablished, type Shells } from '../faults/shared/network-partition.ts';

/** A kernel that can do some of it, and the commands it was given. */
function kernel({ kills, forgets, comeBack = 0 }: { kills: boolean; forgets: boolean; comeBack?: number }) {
  const commands: string[] = [];
  let port = 41_234;
  let left = comeBack;
  let established = `0 0 10.244.1.7:${port} 10.96.0.80:80`;
  const shells: Shells = {
    async inPod(...command) {
      commands.push(command.join(' '));
      if (!command.includes('--kill')) return established;
      if (kills) established = '';
      if (kills && left > 0) {
        left -= 1;
        port += 1;
        established = `0 12 10.244.1.7:${port} 10.96.0.80:80`;
      }
      return '';
    },
    async onNode(...command) {
      commands.push(command.join(' '));
      if (!forgets) throw new Error('conntrack: 0 flow entries have been deleted');
      return '';
    },
  };
  return { shells, commands };
}

describe('R4: connections are ended', () => {
  test('by a reset, where the kernel can', async () => {
    const { shells, commands } = kernel({ kills: true, forgets: false });
    expect(await endEstablished('10.244.1.7', 80, shells)).toBe('reset');
    expect(commands).toEqual([
      'ss --no-header --tcp state established dport = :80',
      'ss --kill state established dport = :80',
      'ss --no-header --tcp state established dport = :80',
    ]);
  });

  test('also those that come while the policies do not hold on every node yet', async () => {
    const { shells, commands } = kernel({ kills: true, forgets: false, comeBack: 2 });
    expect(await endEstablished('10.244.1.7', 80, shells)).toBe('reset');
    expect(commands.filter((command) => command.includes('--kill'))).toHaveLength(3);
  });

  test('or it is said that they keep coming', async () => {
    const { shells } = kernel({ kills: true, forgets: false, comeBack: Infinity });
    await expect(endEstablished('10.244.1.7', 80, shells)).rejects.toThrow('the policies do not hold');
  });

  test('by the node, which forgets them, where ss --kill does nothing', async () => {
    const { shells, commands } = kernel({ kills: false, forgets: true });
    expect(await endEstablished('10.244.1.7', 80, shells)).toBe('forgotten');
    expect(commands.at(-1)).toBe('conntrack --delete --proto tcp --orig-src 10.244.1.7 --orig-port-dst 80');
  });

  test('or the fault says that this kernel cannot', async () => {
    const { shells } = kernel({ kills: false, forgets: false });
    await expect(endEstablished('10.244.1.7', 80, shells)).rejects.toThrow(
      /^This kernel cannot end the connections of 10\.244\.1\.7 to port 80: .*CONFIG_INET_DIAG_DESTROY/,
    );
  });
});
