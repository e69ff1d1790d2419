import { exampleProductId } from '../seed/data.ts';

/** Three commands to try on a shop that has just opened, the same wherever it runs; for pasting into bash. */
export function curlHints(baseUrl: string): string[] {
  const base = baseUrl.replace(/\/+$/, '');
  return [
    `curl '${base}/product?limit=3'`,
    `curl '${base}/product/${exampleProductId}'`,
    `curl -X PATCH '${base}/product/${exampleProductId}' -H 'content-type: application/merge-patch+json' -d '{"stock": 41}'`,
  ];
}
