/** Which lessons a reader has marked as done: kept in the browser, and nowhere else. */
import { onMounted, readonly, ref } from 'vue';

const key = 'shop-lessons-done';
const done = ref<readonly string[]>([]);
let loaded = false;

function load(): void {
  if (loaded) return;
  loaded = true;
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    if (Array.isArray(saved)) done.value = saved.filter((id) => typeof id === 'string');
  } catch {
    // Storage is blocked, or holds something else: nothing is done yet.
  }
}

/** The list is empty until the page is in a browser. */
export function useProgress() {
  onMounted(load);
  return {
    done: readonly(done),
    toggle: (id: string): void => {
      done.value = done.value.includes(id) ? done.value.filter((other) => other !== id) : [...done.value, id];
      try {
        localStorage.setItem(key, JSON.stringify(done.value));
      } catch {
        // It lasts as long as the page.
      }
    },
  };
}
