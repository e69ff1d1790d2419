import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const { build } = parse(readFileSync(`${root}skaffold.yaml`, 'utf8')) as {
  readonly build: { readonly artifacts: readonly { readonly image: string }[] };
};

/** The shop's own images, by their names in skaffold.yaml. */
export const images: readonly string[] = build.artifacts.map(({ image }) => image).sort();

/** What a deployment keeps on this machine: kustomization, certificate authority, which images were built. */
export function folderOf(context: string): { readonly path: string; readonly fromRoot: string } {
  // EKS names contexts by ARN, and not every system allows colons and slashes in a file's name.
  const fromRoot = `.shop/deploy/${context.replace(/[^\w.-]+|^\.+/g, '_')}`;
  return { path: `${root}${fromRoot}`, fromRoot };
}
