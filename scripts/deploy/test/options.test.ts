import { describe, expect, test } from '@jest/globals';
import { folderOf } from '../names.ts';
import { readOptions, readUndeployOptions } from '../options.ts';

const minimal = ['--context', 'far', '--registry', 'ghcr.io/owner/shop'];

describe('the options of npm run deploy', () => {
  test('are a context and a registry at least', () => {
    expect(readOptions(minimal)).toEqual({
      context: 'far',
      registry: 'ghcr.io/owner/shop',
      annotations: {},
      platforms: [],
      force: false,
    });
    expect(readOptions(['--help'])).toBe('help');
  });

  test('are all taken', () => {
    const rest =
      '--ingress-class nginx --ingress-namespace edge --host shop.example --tls-secret cert --storage-class fast ' +
      '--pull-secret pull --platform linux/amd64,linux/arm64 --annotation a.b/c=d=e --force';
    expect(readOptions([...minimal, ...rest.split(' ')])).toEqual({
      context: 'far',
      registry: 'ghcr.io/owner/shop',
      ingressClass: 'nginx',
      ingressNamespace: 'edge',
      host: 'shop.example',
      tlsSecret: 'cert',
      storageClass: 'fast',
      pullSecret: 'pull',
      platforms: ['linux/amd64', 'linux/arm64'],
      annotations: { 'a.b/c': 'd=e' },
      force: true,
    });
  });

  test.each([
    'localhost:5002/shop',
    'localhost:5002',
    '123.dkr.ecr.eu-west-1.amazonaws.com/shop',
    'docker.io/owner',
  ])('--registry %s is one', (registry) => {
    expect(readOptions(['--context', 'far', '--registry', registry])).toMatchObject({ registry });
  });

  test.each([
    ['--registry', 'https://ghcr.io/owner', '--registry must be a host and a path'],
    ['--registry', 'shop', '--registry must be a host and a path'],
    ['--registry', 'ghcr.io/Owner', '--registry must be a host and a path'],
    ['--host', 'https://shop.example', '--host must be a DNS name'],
    ['--host', '10.0.0.1', '--host must be a DNS name'],
    ['--host', '-shop.example', '--host must be a DNS name'],
    ['--platform', 'windows/amd64', '--platform must be linux/amd64'],
    ['--annotation', 'limit', '--annotation must be KEY=VALUE'],
    ['--ingress-class', 'a b', '--ingress-class is not a name'],
    ['--storage-class', '$(x)', '--storage-class is not a name'],
    ['--nonsense', 'x', "Unknown option '--nonsense'"],
  ])('%s %s is refused: %s', (option, value, text) => {
    const base = option === '--registry' ? ['--context', 'far'] : minimal;
    expect(() => readOptions([...base, `${option}=${value}`])).toThrow(text);
  });

  test('that are wrong are all named', () => {
    for (const text of ['--context is missing', '--registry is missing', '--host must', '--platform must'])
      expect(() => readOptions(['--host', 'A', '--platform', 'x'])).toThrow(text);
  });

  test.each([
    ['kind-plain', /kind cluster "plain".*kind\.sigs\.k8s\.io.*local-registry.*npm run up/s],
    ['k3d-dev', /k3d registry create.*--registry k3d-shop:5001\/shop/s],
    ['arn:aws:eks:eu-west-1:1:cluster/x', /ghcr\.io\/owner\/shop/],
  ])('without a registry say what to do with the context %s', (context, text) => {
    expect(() => readOptions(['--context', context])).toThrow(text);
  });
});

describe('the options of npm run undeploy', () => {
  test('are a context, and --yes', () => {
    expect(readUndeployOptions(['--context', 'far'])).toEqual({ context: 'far', yes: false });
    expect(readUndeployOptions(['--context', 'far', '--yes'])).toEqual({ context: 'far', yes: true });
    expect(() => readUndeployOptions(['--yes'])).toThrow('--context is missing');
    expect(() => readUndeployOptions(['far'])).toThrow('npm run undeploy');
  });
});

test('every context has a folder whose name any system takes', () => {
  expect(folderOf('arn:aws:eks:eu-west-1:1:cluster/x').fromRoot).toBe(
    '.shop/deploy/arn_aws_eks_eu-west-1_1_cluster_x',
  );
  expect(folderOf('../..').fromRoot).toBe('.shop/deploy/__..');
  expect(folderOf('..').fromRoot).toBe('.shop/deploy/_');
});
