import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The shop's own images, as skaffold.yaml names them. */
export const images = [
  'adapter',
  'ambassador',
  'log-sidecar',
  'product',
  'replica-set-controller',
  'user',
] as const;

/** What a deployment keeps on this machine: kustomization, certificate authority, which images were built. */
export function folderOf(context: string): { readonly path: string; readonly fromRoot: string } {
  // Contexts of EKS are named by ARN: not every system allows colons and slashes in the name of a file.
  const fromRoot = `.shop/deploy/${context.replace(/[^\w.-]+|^\.+/g, '_')}`;
  return { path: `${root}${fromRoot}`, fromRoot };
}
