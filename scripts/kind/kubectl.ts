import { inNamespace, kubectlOn } from '../cluster/kubectl.ts';
import { context } from './names.ts';

/** kubectl, on the shop's cluster and never on another one. */
export const kubectl = kubectlOn(context);

/** The same in the shop's namespace. */
export const inShop = inNamespace(kubectl, 'shop');
