/** What `main.ts` and `worker.ts` say to each other. */
export interface Task {
  readonly name: string;
  readonly seed: number;
  readonly withinMs: number;
  /** One input instead of many. */
  readonly replay: Uint8Array | undefined;
  /** Of 8 bytes: the number of the current input. */
  readonly shared: SharedArrayBuffer;
}

export type Found =
  | {
      readonly type: 'finding';
      readonly kind: string;
      readonly message: string;
      /** As small as it could be made; none where no single input shows it. */
      readonly input: Uint8Array | undefined;
      readonly index: number;
    }
  | { readonly type: 'end'; readonly executions: number; readonly seconds: number; readonly growth: number };
