import { change, rolledOut } from '../actions/workloads.ts';
import { kubectl } from '../cluster/cluster.ts';
import type { Fault } from '../fault.ts';
import { clientSeesNothing, mustHold } from './shared/rolling-update.ts';

/** The ambassador is in both services' pods: a new image of it replaces them all at the same time. */
export const rollingUpdateAmbassador: Fault = {
  name: 'rolling-update-ambassador',
  title: 'another image of the ambassador, in both services at once',
  clientSees: clientSeesNothing,
  async inject(stage) {
    const services = ['deployment/user', 'deployment/product'];
    const image = await kubectl('get', 'deployment/user', '--output', imageOfAmbassador);
    const ambassador = { name: 'ambassador', image: sameImageByAnotherName(image) };
    await change(stage, {
      what: 'the ambassador’s image',
      objects: services,
      patch: { spec: { template: { spec: { initContainers: [ambassador] } } } },
      rollOut: true,
    });
    await Promise.all(services.map((service) => rolledOut(stage, service)));
    // The way back is a rollout as well, and is felt as little.
    await stage.restore();
  },
  expectations: mustHold,
};

const imageOfAmbassador = 'jsonpath={.spec.template.spec.initContainers[?(@.name=="ambassador")].image}';

/** The digest decides which image runs, but another tag makes another pod template. */
function sameImageByAnotherName(image: string): string {
  const [name = image, digest] = image.split('@');
  if (digest === undefined) throw new Error(`the ambassador's image has no digest: ${image}`);
  return `${name.replace(/:[^:/]*$/, '')}:chaos@${digest}`;
}
