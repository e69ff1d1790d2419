/** VitePress: what it reads is in .pages, written by src/prepare.ts. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type DefaultTheme, type MarkdownOptions } from 'vitepress';
import { folderScript } from '../src/folder-script.ts';
import type { SiteMap } from '../src/site-map.ts';
import { fuzzinessOf, wordsOfPage, wordsOfQuery } from '../src/search.ts';
import type { Language } from '../../lessons/runner/lesson.ts';
import { targetOf } from '../src/tree.ts';
import { words } from '../src/words.ts';

const pages = fileURLToPath(new URL('../.pages/', import.meta.url));
const map = JSON.parse(readFileSync(`${pages}map.json`, 'utf8')) as SiteMap;
const rootOf = (language: Language): string => (language === 'en' ? '/' : `/${language}/`);

/** Links to files of the repository lead to their pages here. */
const markdown: MarkdownOptions = {
  // Addresses in the text are examples.
  linkify: false,
  attrs: false,
  emoji: false,
  snippet: false,
  include: false,
  anchor: { slugify: slugOf },
  languageAlias: { output: 'txt' },
  theme: { light: 'github-light', dark: 'github-dark' },
  config: (parser) => {
    // To Vue two braces are an expression, in text and in code.
    const { text, code_inline: code } = parser.renderer.rules;
    if (text === undefined || code === undefined)
      throw new Error('markdown-it has no rules for text and code');
    for (const [name, rule] of Object.entries({ text, code_inline: code }))
      parser.renderer.rules[name] = (...given) => rule(...given).replaceAll('{{', '&#123;&#123;');
    parser.core.ruler.push('repository-links', (state) => {
      const env = state.env as { readonly relativePath?: string };
      const source = map.sources[env.relativePath ?? ''];
      if (source === undefined) return;
      for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
        const name = token.type === 'image' ? 'src' : 'href';
        const link = token.attrGet(name);
        const target = link === null ? undefined : targetOf(source, decodeURI(String(link)));
        if (target === undefined) continue;
        const language = source.endsWith('.ko.md') ? 'ko' : 'en';
        const route = map.routes[language][target.file];
        if (route === undefined) throw new Error(`${source}: the link to ${target.file} has no page`);
        token.attrSet(name, encodeURI(route + target.fragment));
      }
    });
  },
};

/** As GitHub makes them, and scripts/links checks them. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

function sidebarOf(language: Language): DefaultTheme.SidebarMulti {
  const said = words[language];
  const root = rootOf(language);
  const course: DefaultTheme.SidebarItem[] = [
    { text: said.course, link: `${root}lessons/` },
    ...map.course[language].map(({ title, lessons }, index) => ({
      text: `${index + 1}. ${title}`,
      collapsed: true,
      items: lessons.map((lesson) => ({ text: lesson.title, link: lesson.route })),
    })),
    { text: said.challenges, link: `${root}challenges/` },
  ];
  const page = (file: string, text = map.titles[file] ?? file): DefaultTheme.SidebarItem => ({
    text: text.replaceAll('`', ''),
    link: map.routes.en[file] ?? '/',
  });
  const all = Object.keys(map.titles);
  const under = (pattern: RegExp): string[] => all.filter((file) => pattern.test(file));
  const documents: DefaultTheme.SidebarItem[] = [
    { text: said.overview, link: `${root}overview` },
    {
      text: said.documents,
      items: [
        page('docs/architecture.md'),
        ...under(/^docs\/[^/]+\.md$/)
          .filter((file) => file !== 'docs/architecture.md')
          .map((file) => page(file)),
        page('CONTRIBUTING.md'),
        page('SECURITY.md'),
        page('lessons/writing.md'),
        page('lessons/claims.md'),
      ],
    },
    {
      text: said.parts,
      collapsed: true,
      items: under(/^(?:apps|packages|k8s|tests|bench)\/.*README\.md$/).map((file) => page(file)),
    },
    {
      text: said.decisions,
      collapsed: true,
      link: '/docs/decisions/',
      items: under(/^docs\/decisions\/\d/).map((file) => page(file)),
    },
  ];
  return { [`${root}lessons/`]: course, [`${root}challenges/`]: course, [root]: documents };
}

function themeOf(language: Language): DefaultTheme.Config {
  const said = words[language];
  const root = rootOf(language);
  const reports = map.reports.map((name) => ({
    text: said.reports[name] ?? name,
    link: `/reports/${name}.html`,
    target: '_self',
  }));
  return {
    nav: [
      { text: said.course, link: `${root}lessons/`, activeMatch: `^${root}lessons/` },
      { text: said.challenges, link: `${root}challenges/`, activeMatch: `^${root}challenges/` },
      { text: said.shop, link: `${root}overview`, activeMatch: `^${root}(?:overview|docs/)` },
      ...(reports.length === 0 ? [] : [{ text: said.allReports, items: reports }]),
    ],
    sidebar: sidebarOf(language),
    ...(language === 'ko' ? korean : { docFooter: { prev: 'Previous', next: 'Next' } }),
  };
}

const korean: DefaultTheme.Config = {
  docFooter: { prev: '이전', next: '다음' },
  outline: { label: '이 문서에서' },
  darkModeSwitchLabel: '화면 모드',
  lightModeSwitchTitle: '밝은 화면으로',
  darkModeSwitchTitle: '어두운 화면으로',
  sidebarMenuLabel: '메뉴',
  returnToTopLabel: '맨 위로',
  langMenuLabel: '언어 바꾸기',
  skipToContentLabel: '본문으로 건너뛰기',
  notFound: {
    title: '페이지를 찾을 수 없다',
    quote: '주소를 확인해 보자.',
    linkText: '처음으로',
    linkLabel: '처음으로',
  },
};

const koreanSearch: Partial<DefaultTheme.LocalSearchOptions> = {
  translations: {
    button: { buttonText: '검색', buttonAriaLabel: '검색' },
    modal: {
      displayDetails: '자세히 보기',
      resetButtonTitle: '지우기',
      backButtonTitle: '닫기',
      noResultsText: '찾지 못했다:',
      footer: {
        selectText: '열기',
        selectKeyAriaLabel: 'Enter',
        navigateText: '이동',
        navigateUpKeyAriaLabel: '위로',
        navigateDownKeyAriaLabel: '아래로',
        closeText: '닫기',
        closeKeyAriaLabel: 'Esc',
      },
    },
  },
};

const drawing =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f6b5c"/><path d="M9 12h14l-1.5 12h-11zM12.5 12a3.5 3.5 0 0 1 7 0" fill="none" stroke="#fff" stroke-width="2"/></svg>';
const icon = `data:image/svg+xml,${encodeURIComponent(drawing)}`;

const server = 'npm run site, or python3 -m http.server --bind 127.0.0.1 --directory site/dist';

export default defineConfig({
  srcDir: '.pages',
  outDir: 'dist',
  // At any place of any server, and in a folder.
  base: './',
  title: 'Shop',
  description: 'Kubernetes by a shop that runs: lessons, challenges and documents',
  lang: 'en',
  head: [
    ['link', { rel: 'icon', href: icon }],
    ['script', {}, folderScript(server)],
  ],
  markdown,
  locales: {
    root: { label: 'English', lang: 'en', themeConfig: themeOf('en') },
    ko: {
      label: '한국어',
      lang: 'ko',
      title: '쇼핑몰',
      description: '움직이는 쇼핑몰로 배우는 쿠버네티스: 수업, 챌린지, 문서',
      themeConfig: themeOf('ko'),
      markdown: { codeCopyButton: { tooltipText: '명령 복사', copiedText: '복사함' } },
    },
  },
  themeConfig: {
    outline: { level: [2, 3] },
    // Not every document has a page in the other language.
    i18nRouting: true,
    search: {
      provider: 'local',
      options: {
        locales: { ko: koreanSearch },
        miniSearch: {
          options: { tokenize: wordsOfPage },
          searchOptions: { tokenize: wordsOfQuery, fuzzy: fuzzinessOf, combineWith: 'AND' },
        },
      },
    },
  },
  // Read by the list of the course.
  vite: {
    define: { SITE_COURSE: JSON.stringify(map.course) },
    publicDir: `${pages}public`,
    build: { chunkSizeWarningLimit: 4096 },
  },
});
