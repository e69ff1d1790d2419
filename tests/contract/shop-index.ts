/** The index at `/`: what it leads to is what is examined, so that it can neither forget an API nor name one that is gone. */
import { z } from 'zod';
import type { Result } from './judge.ts';

const indexSchema = z.object({
  apis: z.array(
    z.object({
      name: z.string().regex(/^[a-z][a-z0-9-]*$/),
      documentation: z.string(),
      /** On the same shop: its write token goes there. */
      openapi: z.string().regex(/^\/[a-z]/),
    }),
  ),
});

export type Api = z.output<typeof indexSchema>['apis'][number];

const ofBrowser = 'text/html,application/xhtml+xml,*/*;q=0.8';

/**
 * @param url of the shop, without a trailing slash.
 * @param services that have an API.
 * @returns the APIs, and what was found out about the index itself, the same for either form of it.
 */
export async function readIndex(
  url: string,
  services: readonly string[],
): Promise<{ readonly apis: readonly Api[]; readonly results: readonly Result[] }> {
  const json = await read(url, 'application/json');
  const parsed = indexSchema.safeParse(parsedJson(json.body));
  const apis = parsed.data?.apis ?? [];
  const names = apis.map(({ name }) => name);
  const page = await read(url, ofBrowser);
  const links = apis.flatMap(({ name, documentation }) => [`/${name}`, documentation]);
  const missing = links.filter((link) => !page.body.includes(`href="${link}"`));
  return {
    apis,
    results: [
      resultOf('index: as JSON', [
        whyNot(json, 'application/json'),
        parsed.success ? '' : z.prettifyError(parsed.error),
        ...services.filter((name) => !names.includes(name)).map((name) => `${name} is missing`),
        ...names.filter((name) => !services.includes(name)).map((name) => `${name} is not a service`),
      ]),
      resultOf('index: as a page', [
        whyNot(page, 'text/html'),
        ...missing.map((link) => `the link to ${link} is missing`),
      ]),
    ],
  };
}

interface Read {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function read(url: string, accept: string): Promise<Read> {
  const response = await fetch(`${url}/`, { headers: { accept } });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? 'none',
    body: await response.text(),
  };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const whyNot = ({ status, type }: Read, wanted: string): string =>
  status === 200 && type.startsWith(wanted) ? '' : `status ${status}, type ${type}`;

function resultOf(name: string, problems: readonly string[]): Result {
  const reason = problems.filter((problem) => problem !== '').join('; ');
  return reason === '' ? { name, verdict: 'passed' } : { name, verdict: 'failed', reason };
}
