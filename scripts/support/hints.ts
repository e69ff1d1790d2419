import { exampleProductId } from '../seed/data.ts';

export interface HintOptions {
  /** The file of the authority that the shop's certificate is verified against. */
  readonly authority?: string;
  /** Whether a write needs the token, which the hints then expect in the variable SHOP_TOKEN. */
  readonly token?: boolean;
}

/** Three commands to try on a shop that has just opened, the same wherever it runs; for pasting into bash. */
export function curlHints(baseUrl: string, { authority, token = false }: HintOptions = {}): string[] {
  let base = baseUrl;
  while (base.endsWith('/')) base = base.slice(0, -1);
  const curl = authority === undefined ? 'curl' : `curl --cacert ${authority}`;
  const change = `-H 'content-type: application/merge-patch+json' -d '{"stock": 41}'`;
  const authorization = token ? ' -H "authorization: Bearer $SHOP_TOKEN"' : '';
  return [
    `${curl} '${base}/product?limit=3'`,
    `${curl} '${base}/product/${exampleProductId}'`,
    `${curl} -X PATCH '${base}/product/${exampleProductId}'${authorization} ${change}`,
  ];
}
