import type { Target } from '../../src/scene/entities.ts';
import type { ConnectionState } from './connection.ts';
import type { Language, Texts } from './texts.ts';

export type Theme = 'auto' | 'light' | 'dark';

interface Props {
  readonly t: Texts;
  readonly target: Target | undefined;
  readonly connection: ConnectionState;
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  readonly theme: Theme;
  readonly setTheme: (theme: Theme) => void;
  readonly showsLessons: boolean;
}

export function Header({
  t,
  target,
  connection,
  language,
  setLanguage,
  theme,
  setTheme,
  showsLessons,
}: Props) {
  const seen = connection === 'open' ? (target?.replay ? 'replay' : (target?.state ?? 'connecting')) : 'lost';
  return (
    <header class="top">
      <p class="brand">
        <svg viewBox="0 0 32 32" aria-hidden>
          <rect width="32" height="32" rx="8" fill="var(--brand)" />
          <path d="M7 16h6M19 16h6M13 16l6-5" class="mark" />
          <circle cx="13" cy="16" r="2.4" fill="#fff" />
          <circle cx="20" cy="16" r="2.4" fill="#fff" />
        </svg>
        <strong>{t.title}</strong>
        <span class="on">
          {target ? (
            <>
              {t.platform[target.platform]} <span class={`seen ${seen}`}>{t.targetState[seen]}</span>
            </>
          ) : undefined}
        </span>
      </p>
      <nav aria-label={t.nav.label}>
        <a href="#" aria-current={showsLessons ? undefined : 'page'}>
          {t.nav.shop}
        </a>
        <a href="#lessons" aria-current={showsLessons ? 'page' : undefined}>
          {t.nav.lessons}
        </a>
      </nav>
      <div class="settings">
        <select
          aria-label={t.theme.label}
          value={theme}
          onChange={({ currentTarget }) => setTheme(currentTarget.value as Theme)}
        >
          {(['auto', 'light', 'dark'] as const).map((one) => (
            <option key={one} value={one}>
              {t.theme[one]}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="quiet"
          lang={language === 'en' ? 'ko' : 'en'}
          onClick={() => setLanguage(language === 'en' ? 'ko' : 'en')}
        >
          {t.language}
        </button>
      </div>
    </header>
  );
}
