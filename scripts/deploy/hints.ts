import { curlHints } from '../support/hints.ts';
import type { Plan } from './judge.ts';

interface Place {
  readonly context: string;
  readonly plan: Plan;
  /** The Ingress's address, where the controller has reported one. */
  readonly address?: string;
  /** The certificate's authority, if it is this machine's own. */
  readonly authority?: string;
}

/** Commands to try on the shop that has just been deployed; lines to paste into bash. */
export function hintsFor({ context, plan, address, authority }: Place): string[] {
  const { host, tlsSecret } = plan.ingress;
  const scheme = tlsSecret === undefined ? 'http' : 'https';
  const port = tlsSecret === undefined ? 80 : 443;
  const kubectl = `kubectl --context ${context} --namespace shop`;
  const name = host ?? address;
  const url = `${scheme}://${name ?? 'ADDRESS'}`;
  const trust = authority === undefined ? '' : `NODE_EXTRA_CA_CERTS=${authority} `;
  return [
    `The shop is deployed on ${context}${name === undefined ? '' : `: ${url}`}`,
    ...where(plan, context, address),
    ...(host !== undefined && address !== undefined && host !== address
      ? [
          `  Until DNS leads from ${host} to ${address}, give curl: ${
            /^[\d.:]+$/.test(address)
              ? `--resolve ${host}:${port}:${address}`
              : `--connect-to ${host}:${port}:${address}:${port}`
          }`,
        ]
      : []),
    `  export SHOP_TOKEN=$(${kubectl} get secret write-token --output jsonpath={.data.token} | base64 --decode | head -n 1)`,
    `  ${trust}node scripts/seed/main.ts ${url}    # a few sellers and products, if there are none`,
    ...curlHints(url, { token: true, ...(authority === undefined ? {} : { authority }) }).map(
      (line) => `  ${line}`,
    ),
    `  ${trust}npm run e2e -- --url ${url}    # the e2e tests; they remove what they add`,
    `  ${kubectl} get pods`,
    `  npm run undeploy -- --context ${context}`,
  ];
}

function where({ controllerNamespace }: Plan, context: string, address: string | undefined): string[] {
  if (address !== undefined) return [];
  return [
    `  The Ingress controller has not said an address. Its Service does: kubectl --context ${context} --namespace ` +
      `${controllerNamespace ?? 'NAMESPACE'} get services    (EXTERNAL-IP, or a port of the nodes)`,
  ];
}
