/**
 * `node sbom.ts APP`, run in the folder of an app's dependencies while its image is built: prints the content of the
 * image as CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/): npm's packages, Node.js, and the Debian packages of
 * the base image. It has no serial number and no time, so that the same content is the same file.
 *
 * The packages are those that npm reports as installed here. `npm sbom` needs development dependencies, which are left
 * out on purpose, and with --package-lock-only it omits what other workspaces of the app depend on (npm 11).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

interface Component {
  readonly type: 'application' | 'library' | 'operating-system';
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  /** The name in vulnerability databases, where its purl does not lead to it. */
  readonly cpe?: string;
  readonly licenses?: readonly object[];
  readonly hashes?: readonly object[];
}

/** An entry of node_modules/.package-lock.json; https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json */
interface Installed {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

const [app = ''] = process.argv.slice(2);
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const purlOf = (name: string, version: string): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;

function npmPackages(): Component[] {
  const { packages } = read('node_modules/.package-lock.json') as { packages: Record<string, Installed> };
  const components = Object.entries(packages)
    .filter(([, { link }]) => link !== true)
    .map(([path, installed]) => npmComponent(path, installed));
  return [...new Map(components.map((component) => [component.purl, component])).values()];
}

/** @param path the package's folder: in node_modules, or of a workspace. */
function npmComponent(path: string, { integrity, ...installed }: Installed): Component {
  const inModules = path.lastIndexOf('node_modules/');
  const manifest = read(`${path}/package.json`) as { name: string; version: string; license?: string };
  const name = inModules === -1 ? manifest.name : path.slice(inModules + 'node_modules/'.length);
  const version = installed.version ?? manifest.version;
  const license = installed.license ?? manifest.license;
  return {
    type: 'library',
    name,
    version,
    purl: purlOf(name, version),
    ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
    ...(integrity === undefined ? {} : { hashes: [hashOf(integrity)] }),
  };
}

/** Subresource integrity (`sha512-…` in base64) in CycloneDX's form. */
function hashOf(integrity: string): object {
  const [algorithm = '', digest = ''] = integrity.split('-');
  return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') };
}

function debianPackages(): Component[] {
  const format = '${binary:Package}\t${Version}\t${Architecture}\n';
  const { status, stdout, stderr } = spawnSync('dpkg-query', ['--show', '--showformat', format], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`dpkg-query failed: ${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t') as [string, string, string])
    .map(([qualified, version, architecture]) => {
      const [name = ''] = qualified.split(':');
      const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}`;
      return { type: 'library', name, version, purl };
    });
}

/**
 * The distribution, by which scanners find the known vulnerabilities of the Debian packages.
 * @returns nothing where there is no such file, as on a developer's machine.
 */
function distribution(): Component[] {
  const file = '/etc/os-release';
  if (!existsSync(file)) return [];
  const fields = new Map(
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split('=') as [string, string?])
      .map(([name, value = '']) => [name, value.replaceAll('"', '')]),
  );
  return [
    { type: 'operating-system', name: fields.get('ID') ?? '', version: fields.get('VERSION_ID') ?? '' },
  ];
}

const { node: nodeVersion } = process.versions;
const { version } = read(`apps/${app}/package.json`) as { version: string };
const node: Component = {
  // Not `platform`: scanners that read the file with Syft ignore platforms.
  type: 'application',
  name: 'node',
  version: nodeVersion,
  purl: `pkg:generic/node@${nodeVersion}`,
  // The name in the National Vulnerability Database: https://nvd.nist.gov/products/cpe
  cpe: `cpe:2.3:a:nodejs:node.js:${nodeVersion}:*:*:*:*:*:*:*`,
};
const bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: { component: { type: 'application', name: app, version } },
  components: [...npmPackages(), node, ...distribution(), ...debianPackages()],
};
process.stdout.write(`${JSON.stringify(bom)}\n`);
