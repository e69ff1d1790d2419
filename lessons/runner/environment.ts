import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubectl } from '../../scripts/kind/kubectl.ts';

/**
 * What a reader's terminal has, and nothing that only this one has. It knows the shop's cluster and no other, and none of the
 * defaults that a user of this machine has given kubectl, which would change what it prints.
 * @param folder where the configuration of kubectl is written to.
 */
export async function cleanEnvironment(folder: string): Promise<Record<string, string>> {
  const kubeconfig = join(folder, 'kubeconfig');
  const config = await kubectl(['config', 'view', '--minify', '--flatten', '--raw']);
  writeFileSync(kubeconfig, config, { mode: 0o600 });
  const kuberc = join(folder, 'kuberc');
  writeFileSync(kuberc, '');
  const kept = ['PATH', 'HOME', 'USER', 'DOCKER_HOST', 'DOCKER_CONFIG', 'DOCKER_CONTEXT', 'XDG_CONFIG_HOME'];
  const inherited = kept.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    KUBECONFIG: kubeconfig,
    KUBERC: kuberc,
  };
}
