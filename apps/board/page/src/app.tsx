import { useEffect, useMemo } from 'preact/hooks';
import { ofKind } from '../../src/scene/messages.ts';
import { connect, Shown } from './connection.ts';
import { Events } from './events.tsx';
import { Faults } from './faults.tsx';
import { Header, type Theme } from './header.tsx';
import { HeadlineView } from './headline.tsx';
import { useHash, useRemembered } from './hooks.ts';
import { LessonsView } from './lessons.tsx';
import { Flow } from './flow.tsx';
import { Places } from './places.tsx';
import { Request } from './request.tsx';
import { ShownContext, useShown } from './shown.ts';
import { texts, type Language } from './texts.ts';
import { Traffic } from './traffic.tsx';

const preferred = (): Language => (navigator.language.startsWith('ko') ? 'ko' : 'en');

export function App() {
  const shown = useMemo(() => new Shown(), []);
  useEffect(() => connect(shown), [shown]);
  return (
    <ShownContext.Provider value={shown}>
      <Page />
    </ShownContext.Provider>
  );
}

/** The part of the address behind # says which page it is, so it stays. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#content')?.focus();
}

function Page() {
  const [language, setLanguage] = useRemembered<Language>('language', preferred, ['en', 'ko']);
  const [theme, setTheme] = useRemembered<Theme>('theme', () => 'auto', ['auto', 'light', 'dark']);
  const hash = useHash();
  const t = texts[language];
  const state = useShown((shown) => shown.state);
  const target = useShown(({ scene }) => ofKind(scene, 'target')[0]);
  const showsLessons = hash === 'lessons' || hash.startsWith('lessons/');

  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `${t.title} · ${showsLessons ? t.nav.lessons : (target?.name ?? '')}`;
  }, [language, t, target?.name, showsLessons]);
  useEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);

  return (
    <>
      <a class="skip" href="#content" onClick={skip}>
        {t.skip}
      </a>
      <Header {...{ t, target, language, setLanguage, theme, setTheme, showsLessons }} connection={state} />
      {state === 'lost' || state === 'refused' ? (
        <p class="banner" role="alert">
          {t.connection[state]}
        </p>
      ) : undefined}
      <main id="content" tabIndex={-1} class={state === 'open' ? '' : 'stale'}>
        {showsLessons ? (
          <LessonsView
            t={t}
            language={language}
            chosen={hash.slice('lessons/'.length)}
            platform={target?.platform}
          />
        ) : (
          <>
            <HeadlineView t={t} />
            <div class="columns">
              <div class="wide">
                <Flow t={t} />
                <Traffic t={t} theme={theme} />
                <Request t={t} />
              </div>
              <div class="narrow">
                <Faults t={t} />
                <Events t={t} />
              </div>
            </div>
            <Places t={t} />
          </>
        )}
      </main>
    </>
  );
}
