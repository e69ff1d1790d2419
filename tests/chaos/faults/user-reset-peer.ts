import type { Fault } from '../fault.ts';
import { faultSwitch, switchOn } from '../preparations/fault-switch.ts';
import { productGoesOn } from './shared/failing-neighbour.ts';

/** The breaker stays closed: user had answered by the time its body broke off. */
export const userResetPeer: Fault = {
  name: 'user-reset-peer',
  title: 'user’s connections are reset in mid-body',
  knownAs: 'toxiproxy reset_peer',
  needs: [faultSwitch],
  clientSees: 'products with a fallback for the seller; responses of `/user` are cut',
  async inject(stage) {
    await switchOn(stage, { kind: 'reset-peer' });
    await stage.wait(stage.short ? 10_000 : 20_000);
    await stage.restore();
  },
  expectations: productGoesOn,
};
