type Values = Float32Array | Int32Array;

/** Arrays as one of `Type`, in their order. */
export function joined<T extends Values>(parts: readonly Values[], Type: new (length: number) => T): T {
  const whole = new Type(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
