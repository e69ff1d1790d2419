/**
 * `node manifest.ts FILE...`, run while an image is built: reduces manifests (package.json) to what npm, Node and the bill of
 * materials read of them. Images are built from the reduced ones, so an edit of a script or of a description installs
 * nothing again and makes no new image. It imports nothing, as it is alone in the image that is built.
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** https://docs.npmjs.com/cli/v11/configuring-npm/package-json, https://nodejs.org/api/packages.html#nodejs-packagejson-field-definitions */
const read = [
  'name',
  'version',
  'private',
  'license',
  'type',
  'main',
  'exports',
  'imports',
  'bin',
  'engines',
  'os',
  'cpu',
  'libc',
  'workspaces',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bundleDependencies',
  'overrides',
];

/**
 * @param manifest the text of a package.json.
 * @returns the same text for all manifests that differ only in what is not read, or in the order of their fields.
 * @throws {SyntaxError} where it is not JSON.
 */
export function reduceManifest(manifest: string): string {
  const fields = JSON.parse(manifest) as Readonly<Record<string, unknown>>;
  const kept = Object.fromEntries(read.map((name) => [name, fields[name]]));
  return `${JSON.stringify(kept, undefined, 2)}\n`;
}

if (import.meta.main)
  for (const file of process.argv.slice(2)) writeFileSync(file, reduceManifest(readFileSync(file, 'utf8')));
