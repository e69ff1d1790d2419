import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { paths } from '../../../scripts/kind/names.ts';
import { deploy } from '../../../scripts/kind/skaffold.ts';
import { run } from '../../../scripts/support/run.ts';
import { up } from '../actions/up.ts';
import { rolledOut } from '../actions/workloads.ts';
import { onCluster } from '../cluster/cluster.ts';
import type { Preparation, Stage } from '../fault.ts';

/** What skaffold writes about a build, as far as it reads it again. */
interface Builds {
  readonly builds: readonly { readonly imageName: string; readonly tag: string }[];
}

/** Gives every pod of ours another image or template, so that `npm run up` replaces them all. */
export const previousState: Preparation = {
  name: 'a shop of the previous state',
  async prepare(stage) {
    await stage.restoring('the present state', () => up());
    const { builds } = JSON.parse(await readFile(paths.images, 'utf8')) as Builds;
    const previous = await Promise.all(builds.map((build) => previousImage(build)));
    const folder = await mkdtemp(join(tmpdir(), 'previous-state-'));
    try {
      const images = join(folder, 'images.json');
      await writeFile(images, JSON.stringify({ builds: previous } satisfies Builds));
      await Promise.all([deploy('e2e', images), previousTraefik(stage)]);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** The same image with one label more, and so with another digest. */
async function previousImage({
  imageName,
  tag,
}: Builds['builds'][number]): Promise<Builds['builds'][number]> {
  const name = `${tag.replace(/(:[^:/]*)?@.*$/, '')}:previous`;
  await run('docker', ['build', '--quiet', '--tag', name, '-'], {
    input: `FROM ${tag}\nLABEL shop.state=previous\n`,
    ignoresCtrlC: true,
  });
  const pushed = await run('docker', ['push', name], { ignoresCtrlC: true });
  const [digest] = /sha256:[0-9a-f]{64}/.exec(pushed) ?? [];
  if (digest === undefined) throw new Error(`docker push ${name} has named no digest`);
  return { imageName, tag: `${name}@${digest}` };
}

/** Applied as `npm run up` applies it, so that this takes the annotation away again. */
async function previousTraefik(stage: Pick<Stage, 'signal'>): Promise<void> {
  const items = parseAllDocuments(await onCluster(['kustomize', paths.traefik])).map((document) => {
    if (document.get('kind') === 'Deployment')
      document.setIn(['spec', 'template', 'metadata', 'annotations', 'shop.state'], 'previous');
    return document.toJSON() as unknown;
  });
  await onCluster(['apply', '--filename', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  });
  await rolledOut(stage, 'deployment/traefik', 'traefik');
}
