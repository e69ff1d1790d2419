import { ToneIcon } from './icons.tsx';
import { sameContent, useShown } from './shown.ts';
import type { Texts } from './texts.ts';
import { headlineOf } from './view.ts';

export function HeadlineView({ t }: { readonly t: Texts }) {
  const { tone, title, details } = useShown(({ scene }) => headlineOf(scene, t), sameContent);
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
