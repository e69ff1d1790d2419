import { useData } from 'vitepress';
import { computed } from 'vue';

const texts = {
  en: {
    progress: (count: number, all: number) => `${count} of ${all} lessons done`,
    mark: 'Mark as done',
    unmark: 'Done',
    toc: 'The path',
  },
  ko: {
    progress: (count: number, all: number) => `수업 ${all}개 중 ${count}개 완료`,
    mark: '완료로 표시',
    unmark: '완료함',
    toc: '배우는 길',
  },
};

/** In the language of the page. */
export function useTexts() {
  const { lang } = useData();
  return computed(() => (lang.value === 'ko' ? texts.ko : texts.en));
}
