import { up } from '../actions/up.ts';
import type { Fault } from '../fault.ts';
import { previousState } from '../preparations/previous-state.ts';
import { clientSeesNothing, mustHold } from './shared/rolling-update.ts';

export const upgrade: Fault = {
  name: 'upgrade',
  title: '`npm run up`, and everything has changed: both services, the database, the Ingress controller',
  needs: [previousState],
  clientSees: clientSeesNothing,
  async inject(stage) {
    await up((step) => stage.note(step));
  },
  expectations: mustHold,
};
