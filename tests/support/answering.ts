import { eventually } from '@shop/testing/eventually';

/** One good response may come from the one instance that is up while another is not. */
const inARow = 5;

/** Resolves when both services list something through the front door, several times in a row. */
export async function untilAnswering(url: string, withinMs = 120_000): Promise<void> {
  for (const service of ['user', 'product']) {
    const probe = async () => {
      for (let i = 0; i < inARow; i += 1) {
        const response = await fetch(`${url}/${service}?limit=1`, { signal: AbortSignal.timeout(5_000) });
        await response.arrayBuffer();
        if (response.status !== 200) throw new Error(`the status was ${response.status}`);
      }
      return true;
    };
    await eventually(`${url}/${service} answers`, probe, { withinMs });
  }
}
