/** Quantities as Kubernetes writes them: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** `100m` is 0.1, `1Gi` is 1073741824, `1e3` is 1000. NaN for any other text. */
export function readQuantity(text: string | number): number {
  const [, number, exponent = '', suffix = ''] =
    /^([+-]?[\d.]+)([eE][+-]?\d+)?([a-zA-Z]*)$/.exec(String(text)) ?? [];
  return number === undefined ? NaN : Number(number + exponent) * (factors[suffix] ?? NaN);
}

/** Bytes in GiB, and CPUs, rounded for people. */
export const inGiB = (bytes: number): string => `${round(bytes / 2 ** 30)} GiB`;
export const round = (number: number): string => String(Math.round(number * 10) / 10);
