import { eventually } from './eventually.ts';

/** Resolves when both services list something through the front. */
export async function untilAnswering(url: string, withinMs = 120_000): Promise<void> {
  for (const service of ['user', 'product']) {
    const probe = async () => {
      const response = await fetch(`${url}/${service}?limit=1`, { signal: AbortSignal.timeout(5_000) });
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`the answer was ${response.status}`);
      return true;
    };
    await eventually(`${url}/${service} answers`, probe, { withinMs });
  }
}
