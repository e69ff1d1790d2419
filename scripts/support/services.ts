/** The shop's services, from the one place that names them: the paths of its Ingress. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

interface Ingress {
  readonly spec: {
    readonly rules: readonly {
      readonly http: {
        readonly paths: readonly {
          readonly path: string;
          readonly pathType: 'Exact' | 'Prefix';
          readonly backend: { readonly service: { readonly name: string } };
        }[];
      };
    }[];
  };
}

export interface PublicPath {
  readonly path: string;
  /** Only this path, none below it. */
  readonly exact: boolean;
  readonly service: string;
}

const file = fileURLToPath(new URL('../../k8s/base/ingress.yaml', import.meta.url));

/** @returns which service each path of the Ingress belongs to, in its order. */
export function readPublicPaths(): readonly PublicPath[] {
  const ingress = parse(readFileSync(file, 'utf8')) as Ingress;
  return ingress.spec.rules.flatMap(({ http }) =>
    http.paths.map(({ path, pathType, backend }) => ({
      path,
      exact: pathType === 'Exact',
      service: backend.service.name,
    })),
  );
}

/** The names of the services, each once. The app, its database and the database's user have the same name. */
export const services: readonly string[] = [...new Set(readPublicPaths().map(({ service }) => service))];
