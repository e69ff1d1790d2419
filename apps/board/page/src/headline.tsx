import type { SceneState } from '../../src/scene/messages.ts';
import { ToneIcon } from './icons.tsx';
import type { Texts } from './texts.ts';
import { headlineOf } from './view.ts';

export function HeadlineView({ scene, t }: { readonly scene: SceneState; readonly t: Texts }) {
  const { tone, title, details } = headlineOf(scene, t);
  return (
    <section class={`headline ${tone}`}>
      <ToneIcon tone={tone} />
      <div>
        <h1 aria-live="polite">{title}</h1>
        <p>{details.join(' ')}</p>
      </div>
    </section>
  );
}
