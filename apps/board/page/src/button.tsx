import type { ComponentChildren } from 'preact';

interface Props {
  /** It can do nothing now. It stays in the order of Tab: the keyboard is lost on a button that becomes `disabled`. */
  readonly off?: boolean;
  readonly class?: string;
  readonly 'aria-describedby'?: string;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}

export function Button({ off = false, onPress, children, ...rest }: Props) {
  return (
    <button
      type="button"
      aria-disabled={off ? 'true' : undefined}
      onClick={() => {
        if (!off) onPress();
      }}
      {...rest}
    >
      {children}
    </button>
  );
}
