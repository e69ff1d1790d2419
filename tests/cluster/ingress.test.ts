/** What the Ingress accepts, and what it refuses: TLS, tokens, sizes, rates. */
import { once } from 'node:events';
import { request } from 'node:http';
import { connect as connectHttp2, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from 'node:http2';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { trustAuthority } from '../../scripts/kind/certificates.ts';
import { baseUrl, ports } from '../../scripts/kind/names.ts';
import { readWriteToken, setSecret } from '../../scripts/kind/secrets.ts';
import { exampleSellerId } from '../../scripts/seed/data.ts';
import { productContent, uniqueWord } from '../support/creations.ts';
import { eventually } from '@shop/testing/eventually';
import type { Pod } from '@shop/testing/kubernetes';
import { inShop } from '../../scripts/kind/kubectl.ts';

/** @throws the handshake's error. */
async function handshake(options: ConnectionOptions): Promise<string | null> {
  const socket: TLSSocket = connect({
    host: 'localhost',
    port: ports.https,
    servername: 'localhost',
    ...options,
  });
  try {
    await once(socket, 'secureConnect');
    return socket.getProtocol();
  } finally {
    socket.destroy();
  }
}

const good = () => productContent({ sellerId: exampleSellerId });

const post = (token: string | undefined, body: unknown = good()): Promise<Response> =>
  fetch(`${baseUrl}/product`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });

async function remove(answer: Response, token: string): Promise<void> {
  const { id } = (await answer.json()) as { id: string };
  await fetch(`${baseUrl}/product/${id}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  });
}

/** How often the app of each service's pod has restarted, by pod; without pods that are being deleted. */
async function restarts(): Promise<Readonly<Record<string, number | undefined>>> {
  const pods = JSON.parse(await inShop('get', 'pods', '-l', 'tier=service', '-o', 'json')) as {
    items: Pod[];
  };
  return Object.fromEntries(
    pods.items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata, status }) => [
        metadata.name,
        status.containerStatuses?.find(({ name }) => name === 'app')?.restartCount,
      ]),
  );
}

const setTokens = (...tokens: readonly string[]) => setSecret('write-token', { token: tokens.join('\n') });

/**
 * The kubelets look for changes of a Secret about once a minute, and at once where something of the pod changes, as an
 * annotation does: the pods stay as they are.
 */
const letKubeletsLook = () =>
  inShop('annotate', 'pods', '-l', 'tier=service', '--overwrite', `shop.example/look=${uniqueWord()}`);

describe('TLS', () => {
  test('who does not know the authority refuses the certificate', async () => {
    await expect(handshake({ ca: [] })).rejects.toMatchObject({
      code: expect.stringMatching(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN/),
    });
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async (version) => {
    const options = { rejectUnauthorized: false, minVersion: version, maxVersion: version };
    expect(await handshake(options)).toBe(version);
  });

  test('TLSv1.1 is not', async () => {
    // OpenSSL itself would refuse it, unless its security level is lowered.
    const options = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(handshake({ rejectUnauthorized: false, ...options })).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    });
  });

  test.each([
    ['GET', 302],
    ['POST', 307],
  ])('%s over plain HTTP is sent on to HTTPS, for now and not for ever', async (method, status) => {
    const asked = request({
      port: ports.http,
      method,
      path: '/product?limit=1',
      headers: { host: 'localhost:8080' },
    });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [
      { statusCode: number; headers: object; resume(): void },
    ];
    answer.resume();
    expect(answer).toMatchObject({
      statusCode: status,
      headers: { location: `https://localhost:${ports.https}/product?limit=1` },
    });
  });
});

describe('with the certificate verified', () => {
  let token: string;
  beforeAll(async () => {
    await trustAuthority();
    token = await readWriteToken();
  });

  test('answers carry the security headers', async () => {
    const answer = await fetch(`${baseUrl}/product?limit=1`);
    await answer.body?.cancel();
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  test('a write without a token, or with a wrong one, is 401, with the right one it is done; reads are open', async () => {
    for (const wrong of [undefined, 'wrong']) {
      const refused = await post(wrong);
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringMatching(/^Bearer realm="shop"/),
      ]);
      await refused.body?.cancel();
    }
    const done = await post(token);
    expect(done.status).toBe(201);
    await remove(done, token);
  });

  test.each([
    ['of 70 KiB', 70 * 1024, false],
    ['of 3 MiB', 3 * 1024 * 1024, false],
    ['of 3 MiB in chunks', 3 * 1024 * 1024, true],
    ['without end', Infinity, true],
  ])('S12: a body %s is 413 with a problem document', async (_what, size, inChunks) => {
    const most = 256 * 1024 * 1024;
    let sent = 0;
    const piece = new Uint8Array(65_536).fill(120);
    const chunks = new ReadableStream({
      pull(controller) {
        if (sent >= Math.min(size, most)) return controller.close();
        sent += piece.length;
        controller.enqueue(piece);
      },
    });
    const answer = await fetch(`${baseUrl}/product`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      ...(inChunks ? { body: chunks, duplex: 'half' } : { body: 'x'.repeat(size) }),
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([413, 'application/problem+json']);
    expect(await answer.json()).toMatchObject({ type: 'urn:shop:problem:body-too-large', status: 413 });
    // Nothing between the client and the service reads all of it.
    expect(sent).toBeLessThan(most);
  });

  test('S12: what Traefik itself says has the right status and names its media type', async () => {
    const answer = await fetch(`${baseUrl}/cart`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      404,
      expect.stringMatching(/^text\/plain/),
    ]);
    await answer.body?.cancel();
  });

  test('a client that sends too many requests gets 429 with Retry-After, and is served again after that', async () => {
    const retryAfter: unknown[] = [];
    const others = new Set<unknown>();
    // Over one connection all requests go to the same Traefik pod. Each pod allows a burst of 200 and then 100 a
    // second. This path costs the services almost nothing.
    const session = connectHttp2(baseUrl);
    const ask = async (): Promise<void> => {
      const stream = session.request({ ':path': '/user/none' });
      const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders & IncomingHttpStatusHeader];
      stream.close();
      if (headers[':status'] === 429) retryAfter.push(headers['retry-after']);
      else others.add(headers[':status']);
    };
    try {
      while (retryAfter.length === 0 && !session.closed) await Promise.all(Array.from({ length: 200 }, ask));
    } finally {
      session.destroy();
    }
    expect([...others]).toEqual([400]);
    expect(retryAfter[0]).toMatch(/^\d+$/);
    await eventually('a request is let through again', async () => {
      const answer = await fetch(`${baseUrl}/user?limit=1`);
      await answer.body?.cancel();
      expect(answer.status).toBe(200);
      return true;
    });
  });

  test('a new token counts without a restart, beside the old one', async () => {
    const before = await restarts();
    const next = `next-${uniqueWord()}`;
    try {
      await setTokens(token, next);
      // Both pods have the token when ten writes in a row are accepted.
      await eventually(
        'the new token is accepted by all pods',
        async () => {
          await letKubeletsLook();
          for (let tries = 0; tries < 10; tries += 1) {
            // The token is checked before the content, so an empty document is enough.
            const answer = await post(next, {});
            await answer.body?.cancel();
            expect(answer.status).toBe(422);
          }
          return true;
        },
        { withinMs: 150_000, everyMs: 1000 },
      );
      const stillGood = await post(token, {});
      await stillGood.body?.cancel();
      expect(stillGood.status).toBe(422);
      expect(await restarts()).toEqual(before);
    } finally {
      await setTokens(token);
      await inShop('annotate', 'pods', '-l', 'tier=service', 'shop.example/look-');
    }
  });
});
