// Rotary position embedding, rotate-half convention (Hugging Face Llama). One pass, strided input and output.
#pragma once

#include "cpu/kernel.h"
#include "gen/attention.h"

namespace tessera::TESSERA_ISA {

template <class T>
void rope(const RopeArgs<T>& a, Context& ctx) {
  const int64_t half = a.dim / 2, rows = a.rows;
  const uint64_t total = uint64_t{a.batch} * a.heads * a.rows;
  if (int64_t{a.offset} + rows > int64_t{a.positions}) {
    if (total > 0) ctx.fail("INDEX", "position beyond the table of angles", int64_t{a.offset} + rows - 1, a.positions);
    return;
  }
  forRange(ctx, total, 1 + 16384 / (a.dim + 1), [&](uint64_t begin, uint64_t end) {
    for (uint64_t at = begin; at < end; ++at) {
      const int64_t r = static_cast<int64_t>(at) % rows, plane = static_cast<int64_t>(at) / rows;
      const T* x = a.x + plane / a.heads * a.xBatch + plane % a.heads * a.xHead + r * a.xRow;
      const T *cos = a.cos + (a.offset + r) * a.dim, *sin = a.sin + (a.offset + r) * a.dim;
      T* y = a.y + plane / a.heads * a.yBatch + plane % a.heads * a.yHead + r * a.yRow;
      // y1 = x1 cos1 - x2 sin1, y2 = x2 cos2 + x1 sin2. Turning back is the transpose: sines change halves and sign.
      if (a.inverse) {
#pragma omp simd
        for (int64_t d = 0; d < half; ++d) {
          const float x1 = load(x + d), x2 = load(x + half + d);
          store(y + d, x1 * load(cos + d) + x2 * load(sin + half + d));
          store(y + half + d, x2 * load(cos + half + d) - x1 * load(sin + d));
        }
      } else {
#pragma omp simd
        for (int64_t d = 0; d < half; ++d) {
          const float x1 = load(x + d), x2 = load(x + half + d);
          store(y + d, x1 * load(cos + d) - x2 * load(sin + d));
          store(y + half + d, x2 * load(cos + half + d) + x1 * load(sin + half + d));
        }
      }
    }
  });
}

}  // namespace tessera::TESSERA_ISA
