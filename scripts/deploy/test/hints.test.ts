import { describe, expect, test } from '@jest/globals';
import { ingressAddress } from '../address.ts';
import { hintsFor } from '../hints.ts';
import { judge } from '../judge.ts';
import { fakeKubectl } from './support/fake-kubectl.ts';
import { demand, facts, options } from './support/facts.ts';

const ingress = (address?: object) => ({
  status: { loadBalancer: address === undefined ? {} : { ingress: [address] } },
});
const service = (type: string, address?: object) => ({ spec: { type }, ...ingress(address) });
const ask = (answers: Record<string, object[]>) =>
  ingressAddress(
    fakeKubectl(Object.fromEntries(Object.entries(answers).map(([kind, items]) => [kind, { items }]))),
    'edge',
    { withinMs: 50, everyMs: 1 },
  );

describe('the address', () => {
  test.each<[string, Record<string, object[]>, string | undefined]>([
    ['the Ingress', { ingresses: [ingress({ hostname: 'lb.example' })] }, 'lb.example'],
    [
      'the Service',
      { ingresses: [ingress()], services: [service('LoadBalancer', { ip: '192.0.2.1' })] },
      '192.0.2.1',
    ],
    [
      'none, at once, without a load balancer',
      { ingresses: [ingress()], services: [service('NodePort')] },
      undefined,
    ],
    ['none, after a while', { ingresses: [ingress()], services: [service('LoadBalancer')] }, undefined],
  ])('is of %s', async (_what, answers, address) => {
    expect(await ask(answers)).toBe(address);
  });
});

describe('what is printed to try', () => {
  const { plan } = judge(facts, options, demand);

  test('is for the host, with what leads there before DNS does', () => {
    const text = hintsFor({ context: 'far', plan, address: '192.0.2.1', authority: 'ca.crt' }).join('\n');
    expect(text).toContain('The shop is deployed on far: https://shop.example');
    expect(text).toContain('--resolve shop.example:443:192.0.2.1');
    expect(text).toContain("curl --cacert ca.crt 'https://shop.example/product?limit=3'");
    expect(text).toContain('NODE_EXTRA_CA_CERTS=ca.crt npm run e2e -- --url https://shop.example');
    expect(text).toContain('npm run undeploy -- --context far');
  });

  test('says where an address is found when there is none', () => {
    const { host: _, ...anyHost } = options;
    const text = hintsFor({ context: 'far', plan: judge(facts, anyHost, demand).plan }).join('\n');
    expect(text).toContain('kubectl --context far --namespace ingress get services');
    expect(text).toContain("curl 'http://ADDRESS/product?limit=3'");
  });
});
