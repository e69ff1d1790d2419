import { createHash } from 'node:crypto';

/** One of the shop's APIs, by its paths below the index. */
export interface ApiLink {
  readonly name: string;
  readonly href: string;
  readonly documentation: string;
  readonly openapi: string;
}

/** The index of the shop: links to its APIs, to their documentation, and to the board where there is one. */
export interface ShopIndex {
  readonly name: 'shop';
  readonly apis: readonly ApiLink[];
  readonly board?: { readonly href: string; readonly start: string };
}

export type IndexLanguage = 'en' | 'ko';

const apis = ['user', 'product'].map((name) => ({
  name,
  href: `/${name}`,
  documentation: `/${name}/docs`,
  openapi: `/${name}/openapi.json`,
}));

/** @param boardUrl the board's address, once it has been started. */
export const indexOf = (boardUrl: string | undefined): ShopIndex => ({
  name: 'shop',
  apis,
  ...(boardUrl === undefined ? {} : { board: { href: boardUrl, start: 'npm run board' } }),
});

const words = {
  en: {
    title: 'The shop',
    lead: 'Sellers and their products, each behind its own API.',
    user: 'the sellers',
    product: 'the products',
    documentation: 'documentation, to read and try',
    board: 'See the shop at work',
    hint: (command: string) =>
      `The board shows what runs, what is broken and what clients see. npm start starts it beside the shop, <code>${command}</code> for a shop on kind; the terminal prints the address that opens it.`,
  },
  ko: {
    title: '쇼핑몰',
    lead: '판매자와 상품을 각각의 API로 제공한다.',
    user: '판매자',
    product: '상품',
    documentation: '문서를 읽고 호출해 보기',
    board: '쇼핑몰이 동작하는 모습 보기',
    hint: (command: string) =>
      `보드는 무엇이 실행되고 있고, 무엇이 고장 났으며, 클라이언트가 무엇을 받는지 보여 준다. npm start는 쇼핑몰과 함께 보드를 시작하고, kind의 쇼핑몰에는 <code>${command}</code>를 쓴다. 보드를 여는 주소는 터미널에 출력된다.`,
  },
} as const;

const style = `
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; }
body { max-width: 40rem; margin: 12vh auto; padding: 0 1.25rem; }
h1 { font-size: 1.75rem; margin: 0; }
ul { list-style: none; padding: 0; }
li { border: 1px solid #8886; border-radius: 10px; padding: .75rem 1rem; margin: .6rem 0; }
li strong { display: block; }
.links { display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
p { max-width: 36rem; }
`;

/** Only this style is loaded; no script runs. */
export const contentSecurityPolicy = `default-src 'none'; img-src data:; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** The index as a page. */
export function pageOf({ apis, board }: ShopIndex, language: IndexLanguage): string {
  const t = words[language];
  const items = apis.map(
    ({ name, href, documentation, openapi }) => `<li><strong>${t[name as 'user' | 'product']}</strong>
<span class="links"><a href="${href}">${href}</a> <a href="${documentation}">${t.documentation}</a> <a href="${openapi}">OpenAPI</a></span></li>`,
  );
  const aboutBoard =
    board === undefined
      ? ''
      : `<p><a href="${escaped(board.href)}">${t.board}</a></p>\n<p>${t.hint(escaped(board.start))}</p>\n`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${t.title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<h1>${t.title}</h1>
<p>${t.lead}</p>
<ul>
${items.join('\n')}
</ul>
${aboutBoard}</main>
</body>
</html>
`;
}

/** Korean where a client prefers it to English (RFC 9110, section 12.5.4), English otherwise. */
export function languageOf(acceptLanguage: string | undefined): IndexLanguage {
  const best = { en: 0, ko: 0 };
  for (const range of (acceptLanguage ?? '').split(',')) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const language = tag.split('-', 1)[0];
    if (language !== 'en' && language !== 'ko') continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    if (quality > best[language]) best[language] = quality;
  }
  return best.ko > best.en ? 'ko' : 'en';
}
