import { bf16ToF32, convertElements, f16ToF32, f32ToBf16, f32ToF16 } from '@tessera/data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const everyBits = Uint16Array.from({ length: 65536 }, (_, i) => i);
const isNan16 = (bits: number, exponent: number): boolean => (bits & 0x7fff) > exponent;

describe('16-bit floats', () => {
  it('survive the way to f32 and back, every bit pattern', () => {
    const bf16 = f32ToBf16(bf16ToF32(everyBits));
    const f16 = f32ToF16(f16ToF32(everyBits));
    for (const bits of everyBits) {
      if (isNan16(bits, 0x7f80)) expect(isNan16(bf16[bits]!, 0x7f80)).toBe(true);
      else if (bf16[bits] !== bits) expect.fail(`bf16 ${bits} became ${bf16[bits]}`);
      if (isNan16(bits, 0x7c00)) expect(isNan16(f16[bits]!, 0x7c00)).toBe(true);
      else if (f16[bits] !== bits) expect.fail(`f16 ${bits} became ${f16[bits]}`);
    }
  });

  it.each([
    ['bf16', f32ToBf16, bf16ToF32],
    ['f16', f32ToF16, f16ToF32],
  ] as const)('%s rounds to the nearest value, ties to even', (_, narrow, widen) => {
    fc.assert(
      fc.property(fc.oneof(fc.float({ noNaN: true }), fc.float({ min: -70000, max: 70000, noNaN: true })), (value) => {
        const bits = narrow(Float32Array.of(value))[0]!;
        const around = Uint16Array.of(bits - 1, bits, bits + 1).filter(
          (b) => !Number.isNaN(widen(Uint16Array.of(b))[0]!),
        );
        const error = (b: number): number => Math.abs(widen(Uint16Array.of(b))[0]! - value);
        if (!Number.isFinite(widen(Uint16Array.of(bits))[0]!)) return;
        for (const other of around) {
          expect(error(bits)).toBeLessThanOrEqual(error(other));
          if (other !== bits && error(other) === error(bits)) expect(bits % 2).toBe(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('overflow where half the last step is passed', () => {
    expect([...f32ToF16(Float32Array.of(65519, 65520, -65520, 2 ** -25, 2 ** -25 * 1.01))]).toEqual([
      0x7bff, 0x7c00, 0xfc00, 0, 1,
    ]);
  });
});

describe('convertElements', () => {
  it('reads 8-bit floats', () => {
    expect([...convertElements(Uint8Array.of(0x38, 0xc0, 0x7e, 0x7f, 0x01), 'f8_e4m3', 'f32')]).toEqual([
      1,
      -2,
      448,
      Number.NaN,
      2 ** -9,
    ]);
    expect([...convertElements(Uint8Array.of(0x3c, 0x7c, 0x01), 'f8_e5m2', 'f32')]).toEqual([
      1,
      Number.POSITIVE_INFINITY,
      2 ** -16,
    ]);
  });

  it('checks whole numbers instead of wrapping them', () => {
    expect(convertElements(Float64Array.of(1, 0), 'f64', 'bool')).toEqual(Uint8Array.of(1, 0));
    expect(convertElements(Int32Array.of(-1), 'i32', 'i64')).toEqual(BigInt64Array.of(-1n));
    const bad: [Parameters<typeof convertElements>, string][] = [
      [[Float32Array.of(0.5), 'f32', 'i32'], 'element 0 is 0.5'],
      [[Float32Array.of(Number.NaN), 'f32', 'i32'], 'element 0 is NaN'],
      [[Int32Array.of(3, 256), 'i32', 'u8'], 'element 1 is 256'],
      [[Int32Array.of(-1), 'i32', 'u64'], 'element 0 is -1'],
      [[Float32Array.of(1e30), 'f32', 'i64'], 'which i64 cannot hold'],
    ];
    for (const [args, problem] of bad) expect(() => convertElements(...args)).toThrow(problem);
  });
});
