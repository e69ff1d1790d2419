import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { run } from '../support/run.ts';
import { paths } from './names.ts';

const subject = '/O=the shop in miniature/CN=local certificate authority';
const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
/** @param command its words are separated by spaces. */
const openssl = (command: string, ...options: readonly (readonly string[])[]): Promise<string> =>
  run('openssl', [...command.split(' '), ...options.flat()]);

const validDays = 90;
/** A certificate that expires sooner than this is replaced. */
const renewDays = 30;

/** A certificate and its key, PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Ensures that `folder` has this machine's own certificate authority: `ca.crt`, and `ca.key`, which no other user can
 * read. It is made once and valid for ten years.
 * @returns the paths of both.
 */
export async function ensureAuthority(folder: string = paths.authority): Promise<KeyPair> {
  const files = { certificate: join(folder, 'ca.crt'), key: join(folder, 'ca.key') };
  if (existsSync(files.certificate) && existsSync(files.key)) return files;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const constraints = ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign'];
  await openssl(
    `req -x509 ${newKey} -days 3650`,
    ['-subj', subject, '-keyout', files.key, '-out', files.certificate],
    constraints.flatMap((constraint) => ['-addext', constraint]),
  );
  return files;
}

/** A new server certificate for `names` (DNS names or IPv4 addresses), signed by the authority in `folder`. */
export async function makeServerCertificate(
  names: readonly string[],
  folder: string = paths.authority,
): Promise<KeyPair> {
  const authority = await ensureAuthority(folder);
  const temporary = await mkdtemp(join(tmpdir(), 'shop-certificate-'));
  const at = (name: string): string => join(temporary, name);
  try {
    await openssl(`req -new ${newKey}`, [
      '-subj',
      '/CN=the shop',
      '-keyout',
      at('tls.key'),
      '-out',
      at('request'),
    ]);
    const alternativeNames = names
      .map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`))
      .join(',');
    await writeFile(
      at('extensions'),
      `subjectAltName=${alternativeNames}\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n`,
    );
    await openssl(
      `x509 -req -days ${validDays} -CAcreateserial`,
      ['-CA', authority.certificate, '-CAkey', authority.key, '-CAserial', at('serial')],
      ['-in', at('request'), '-extfile', at('extensions'), '-out', at('tls.crt')],
    );
    const read = (name: string) => readFile(at(name), 'utf8');
    return { certificate: await read('tls.crt'), key: await read('tls.key') };
  } finally {
    await rm(temporary, { recursive: true });
  }
}

/**
 * Whether this machine's authority signed a server certificate (PEM) for all these names, and it does not expire soon.
 */
export async function isStillGood(
  certificate: string,
  names: readonly string[],
  folder: string = paths.authority,
): Promise<boolean> {
  const authority = new X509Certificate(await readFile((await ensureAuthority(folder)).certificate));
  const server = new X509Certificate(certificate);
  const daysLeft = (server.validToDate.getTime() - Date.now()) / 86_400_000;
  const isFor = (name: string) =>
    (isIP(name) === 0 ? server.checkHost(name) : server.checkIP(name)) !== undefined;
  return server.verify(authority.publicKey) && names.every(isFor) && daysLeft > renewDays;
}

/** Makes every HTTPS client of this process trust the local authority, too. */
export async function trustAuthority(folder: string = paths.authority): Promise<void> {
  const { certificate } = await ensureAuthority(folder);
  setDefaultCACertificates([...getCACertificates('default'), await readFile(certificate, 'utf8')]);
}
