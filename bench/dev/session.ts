/** A session with five edits, and what it printed after each: `npm run bench:dev -- --session`. */
import { appEdit, packageEdit, type EditedFiles } from './edits.ts';
import type { RunningShop, Target } from './running.ts';

const controller = 'apps/product/src/hello.controller.ts';
const module = 'apps/product/src/product.module.ts';
const manifest = 'k8s/overlays/dev/kustomization.yaml';

/** @returns the session as text. @throws where an edit does not come to what it should. */
export async function playSession(target: Target, shop: RunningShop, files: EditedFiles): Promise<string> {
  const parts: string[] = [];

  /** @param done resolves when a client sees it, or when it is said. */
  async function edit(
    title: string,
    change: () => void,
    done: (since: number) => Promise<unknown>,
  ): Promise<void> {
    const since = performance.now();
    change();
    await done(since);
    const seconds = (at: number): string => `+${((at - since) / 1000).toFixed(2)} s`.padStart(9);
    const end = performance.now();
    // What it prints of an edit may follow what a client sees.
    await shop.quiet();
    const lines = [...shop.lines, { at: end, text: '(a client sees it, or it is said)' }]
      .filter(({ at, text }) => at >= since && text.trim() !== '')
      .toSorted((one, other) => one.at - other.at)
      .map(({ at, text }) => `${seconds(at)}  ${text.replace(/^ *[\d.]+ s {2}/, '')}`);
    parts.push(`${title}\n${lines.join('\n')}\n`);
  }

  await shop.quiet();
  const mark = 'first edit';
  await edit(
    `1. An app: another text in ${appEdit.file}`,
    () => files.apply(appEdit, mark),
    () => shop.untilSeen(appEdit.path, mark),
  );
  await edit(
    `2. A package: another message in ${packageEdit.file}`,
    () => files.apply(packageEdit, 'second edit'),
    () => shop.untilSeen(packageEdit.path, 'second edit'),
  );
  await edit(
    `3. A type error: a text that is called a number in ${module}`,
    () => files.write(module, (text) => `${text}\nexport const wrong: number = 'three';\n`),
    async (since) => {
      await shop.untilSaid(/error TS2322/, since);
      await shop.untilSeen(appEdit.path, mark);
    },
  );
  await edit(
    '   … and without it again',
    () => files.restore(module),
    (since) => shop.untilSaid(/compiles again/, since),
  );
  await edit(
    `4. A new route: ${controller}, and its name in ${module}`,
    () => {
      files.write(controller, () => helloController);
      files.write(module, (text) =>
        text
          .replace('controllers: [', 'controllers: [HelloController, ')
          .replace(/^/, `import { HelloController } from './hello.controller.ts';\n`),
      );
    },
    () => shop.untilSeen('/product/hello/world', 'fourth edit'),
  );
  if (target === 'kind')
    await edit(
      `5. A manifest: another log level in ${manifest}`,
      () => files.write(manifest, (text) => text.replace('LOG_LEVEL=debug', 'LOG_LEVEL=info')),
      async (since) => {
        await shop.untilSaid(/stabilized/, since);
        // The new pods have the edits before it, too.
        await shop.untilSeen('/product/hello/world', 'fourth edit');
      },
    );
  files.restoreAll();
  await shop.untilSeen(appEdit.path, mark, { isGone: true });
  await shop.quiet();
  return parts.join('\n');
}

const helloController = `import { Controller, Get } from '@nestjs/common';
import { representation, type Representation } from '@shop/service';

@Controller('product/hello')
export class HelloController {
  @Get('world')
  hello(): Representation {
    return representation({ hello: 'fourth edit' });
  }
}
`;
