import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.ts';

const subject = '/O=the shop in miniature/CN=local certificate authority';
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/**
 * Makes sure of a certificate authority of this machine's own in `folder`: `ca.crt`, for `curl --cacert`, and its key,
 * which nobody else can read. It is made once and valid for ten years.
 */
export async function ensureAuthority(folder: string): Promise<{ certificate: string; key: string }> {
  const paths = { certificate: join(folder, 'ca.crt'), key: join(folder, 'ca.key') };
  if (existsSync(paths.certificate) && existsSync(paths.key)) return paths;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const constraints = [
    '-addext',
    'basicConstraints=critical,CA:TRUE,pathlen:0',
    '-addext',
    'keyUsage=critical,keyCertSign',
  ];
  const output = ['-keyout', paths.key, '-out', paths.certificate];
  await run('openssl', [
    'req',
    '-x509',
    ...newKey,
    '-days',
    '3650',
    '-subj',
    subject,
    ...constraints,
    ...output,
  ]);
  return paths;
}

/** Runs `work` with a server certificate for `names`, signed by the authority in `folder` and valid for 90 days. */
export async function withServerCertificate<T>(
  folder: string,
  names: readonly string[],
  work: (paths: { certificate: string; key: string }) => Promise<T>,
): Promise<T> {
  const authority = await ensureAuthority(folder);
  const temporary = await mkdtemp(join(tmpdir(), 'shop-certificate-'));
  const at = (name: string): string => join(temporary, name);
  try {
    await run('openssl', [
      'req',
      '-new',
      ...newKey,
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
    const signing = ['-CA', authority.certificate, '-CAkey', authority.key, '-CAcreateserial', '-days', '90'];
    const files = ['-in', at('request'), '-extfile', at('extensions'), '-out', at('tls.crt')];
    await run('openssl', ['x509', '-req', ...signing, ...files]);
    return await work({ certificate: at('tls.crt'), key: at('tls.key') });
  } finally {
    await rm(temporary, { recursive: true });
  }
}
