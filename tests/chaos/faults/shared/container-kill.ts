/** The main process of one container is killed; kubelet starts that container again, and nothing else. */
import { onePodOf, untilRestarted } from '../../actions/pods.ts';
import { processOf, signalProcess } from '../../actions/processes.ts';
import type { Fault } from '../../fault.ts';
import { restartsOnly, type Expectation } from '../../judge/expectations.ts';

interface Choice {
  readonly app: string;
  readonly container: string;
  readonly clientSees: string;
  readonly expectations: readonly Expectation[];
}

export const containerKill = ({ app, container, clientSees, expectations }: Choice): Fault => ({
  name: `container-kill-${container}`,
  title: `the process of ${container} in a pod of ${app} is killed`,
  knownAs: 'Chaos Mesh PodChaos container-kill',
  clientSees,
  async inject(stage) {
    const pod = await onePodOf(stage, app);
    const victim = await processOf(pod, container);
    stage.begin();
    await signalProcess(victim, 'KILL');
    stage.end();
    await untilRestarted(stage, pod, container);
  },
  expectations: [...expectations, restartsOnly(new RegExp(`^${app}-.*/${container}$`))],
});
