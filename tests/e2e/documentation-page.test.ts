/** The documentation page in a browser: everything on it works, and nothing is loaded from elsewhere than the shop. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type Locator,
  type Page,
  type Response,
} from 'playwright-core';
import { findChromium, howToGetChromium } from '@shop/testing/chromium';
import { clientOf } from '../support/client.ts';
import { Creations, productContent, uniqueWord } from '../support/creations.ts';
import { startLaptop, type LaptopInstance } from '../../scripts/laptop/test/support/instance.ts';
import { requiresProgram } from '@shop/testing/programs';
import { connectTarget } from '../support/connect.ts';
import type { Target } from '../support/target.ts';
import { laptopTarget } from '../support/targets/laptop.ts';

const executablePath = findChromium(process.env);
if (executablePath === undefined && requiresProgram('chromium', process.env))
  throw new Error(`SHOP_REQUIRE names chromium, but there is ${howToGetChromium}`);

const connected = await connectTarget();
const waitMs = 30_000;

let shop: Target;
let laptop: LaptopInstance | undefined;
let logs: string;
let browser: Browser;

/** A shop that requires a token, which the other tests' laptop mode does not: so this file starts its own. */
async function shopWithToken(): Promise<Target> {
  if (connected.name !== 'laptop') return connected;
  const token = randomBytes(24).toString('hex');
  laptop = await startLaptop({ logFile: join(logs, 'laptop.log'), token });
  return laptopTarget(laptop.dataDir, token);
}

/** A service's documentation page, used as a reader uses it. */
class DocumentationPage {
  readonly #page: Page;
  readonly #service: string;

  constructor(page: Page, service: string) {
    this.#page = page;
    this.#service = service;
  }

  async authorize(token: string): Promise<void> {
    await this.#page.locator('.auth-wrapper .btn.authorize').click();
    const dialog = this.#page.locator('.dialog-ux');
    await dialog.locator('input').fill(token);
    await dialog.getByRole('button', { name: /apply credentials|^authorize$/i }).click();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  }

  async open(operation: string): Promise<Operation> {
    const block = this.#page.locator(`#operations-${this.#service}-${operation}`);
    await block.locator('.opblock-summary-control').click();
    await block.getByRole('button', { name: 'Try it out' }).click();
    return new Operation(this.#page, block);
  }
}

class Operation {
  readonly #page: Page;
  readonly #block: Locator;

  constructor(page: Page, block: Locator) {
    this.#page = page;
    this.#block = block;
  }

  parameter(name: string, value: string): Promise<void> {
    return this.#block.locator(`tr[data-param-name="${name}"] input`).fill(value);
  }

  body(content: object): Promise<void> {
    return this.#block.locator('textarea.body-param__text').fill(JSON.stringify(content));
  }

  /** Sends the request. @returns the response, once the page shows its status. */
  async execute(): Promise<Response> {
    const [response] = await Promise.all([
      this.#page.waitForResponse((seen) => seen.request().resourceType() === 'fetch'),
      this.#block.getByRole('button', { name: 'Execute' }).click(),
    ]);
    await this.#block
      .locator('.live-responses-table .response-col_status', { hasText: String(response.status()) })
      .waitFor();
    return response;
  }
}

/** What the page loaded from elsewhere, what its policy forbade, and the errors of its script. */
async function visit(context: BrowserContext, service: string) {
  const page = await context.newPage();
  page.setDefaultTimeout(waitMs);
  const elsewhere: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'data:' && origin !== new URL(shop.url).origin) elsewhere.push(request.url());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text());
  });
  await page.goto(`${shop.url}/${service}/docs`);
  return { documentation: new DocumentationPage(page, service), elsewhere, complaints };
}

const describeWithChromium = executablePath === undefined ? describe.skip : describe;

describeWithChromium(
  `the documentation page${executablePath === undefined ? `, not run: ${howToGetChromium}` : ''}`,
  () => {
    beforeAll(async () => {
      logs = mkdtempSync(join(tmpdir(), 'shop-documentation-'));
      shop = await shopWithToken();
      await shop.waitReady();
      if (executablePath === undefined) throw new Error(howToGetChromium);
      // Chromium's sandbox does not work for root.
      const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
      browser = await chromium.launch({ executablePath, args });
    });
    afterAll(async () => {
      await browser.close();
      await laptop?.[Symbol.asyncDispose]();
      rmSync(logs, { recursive: true, force: true });
    });

    test.each([
      ['user', () => ({ name: 'Ann', email: `${uniqueWord()}@e2e.example` })],
      ['product', () => productContent({ sellerId: '01941f29-7c00-7000-8000-000000000001' })],
    ])(
      'S10: of %s lets a reader authorize, create, patch with If-Match and delete',
      async (service, content) => {
        await using creations = new Creations(clientOf(shop));
        // The browser does not know the authority of kind's certificate; tests/cluster/ingress.test.ts verifies the
        // certificate.
        const context = await browser.newContext({ ignoreHTTPSErrors: true });
        const { documentation, elsewhere, complaints } = await visit(context, service);

        const create = await documentation.open('create');
        await create.body(content());
        expect((await create.execute()).status()).toBe(401);

        await documentation.authorize(shop.token ?? '');
        const created = await create.execute();
        expect(created.status()).toBe(201);
        const path = created.headers()['location'] ?? '';
        creations.remember(path);
        const etag = created.headers()['etag'] ?? '';
        const id = path.split('/').at(-1) ?? '';

        const patch = await documentation.open('patch');
        await patch.parameter('id', id);
        await patch.body({ name: 'Changed on the page' });
        await patch.parameter('If-Match', '"1-another"');
        expect((await patch.execute()).status()).toBe(412);
        await patch.parameter('If-Match', etag);
        const patched = await patch.execute();
        expect([patched.status(), patched.request().headers()['if-match']]).toEqual([200, etag]);
        expect(await patched.json()).toMatchObject({ id, name: 'Changed on the page', version: 2 });

        const remove = await documentation.open('delete');
        await remove.parameter('id', id);
        await remove.parameter('If-Match', patched.headers()['etag'] ?? '');
        expect((await remove.execute()).status()).toBe(204);

        expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
        await context.close();
      },
    );
  },
);
