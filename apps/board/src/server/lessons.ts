/** The path of lessons, as the page shows it. */
export interface LessonSummary {
  readonly id: string;
  readonly number: number;
  readonly title: Readonly<Record<Language, string>>;
}

export type Language = 'en' | 'ko';

export type LessonPart =
  /** Markdown. */
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'step';
      readonly number: number;
      readonly script: string;
      readonly expected?: string;
      readonly cleanup: boolean;
    };

export interface LessonPage {
  readonly id: string;
  readonly title: string;
  readonly parts: readonly LessonPart[];
}

export interface Lessons {
  list(): readonly LessonSummary[];
  /** @returns undefined when there is no such lesson. */
  page(id: string, language: Language): LessonPage | undefined;
}
