// Rotary position embedding, rotate-half convention (Hugging Face Llama): one pass, strided input and output, a thread per pack of
// dimensions of a row's first half and the same dimensions of its second half.
#pragma once

#include "kernel.cuh"

#include "gen/attention.h"

namespace tessera::cuda {

// y1 = x1 cos1 - x2 sin1, y2 = x2 cos2 + x1 sin2. Turning back is the transpose: sines change halves and sign.
template <class T, int PACK>
__device__ void ropeKernel(const RopeArgs<T>& a) {
  const uint32_t half = a.dim / 2, packs = half / PACK;
  const uint64_t total = uint64_t{a.batch} * a.heads * a.rows * packs;
  for (uint64_t i = globalThread(); i < total; i += globalThreads()) {
    const uint64_t at = i / packs, plane = at / a.rows;
    const auto d = static_cast<uint32_t>(i % packs) * PACK, r = static_cast<uint32_t>(at % a.rows);
    const auto batch = static_cast<int64_t>(plane / a.heads), head = static_cast<int64_t>(plane % a.heads);
    const T* x = a.x + batch * a.xBatch + head * a.xHead + r * a.xRow + d;
    T* y = a.y + batch * a.yBatch + head * a.yHead + r * a.yRow + d;
    const uint64_t angle = (uint64_t{a.offset} + r) * a.dim + d;
    const auto x1 = loadPack<PACK>(x), x2 = loadPack<PACK>(x + half);
    const auto cos1 = loadPack<PACK>(a.cos + angle), cos2 = loadPack<PACK>(a.cos + angle + half);
    const auto sin1 = loadPack<PACK>(a.sin + angle), sin2 = loadPack<PACK>(a.sin + angle + half);
    Pack<T, PACK> y1, y2;
#pragma unroll
    for (int e = 0; e < PACK; ++e) {
      const float first = float(x1[e]), second = float(x2[e]);
      const float down = a.inverse ? -float(sin2[e]) : float(sin1[e]), up = a.inverse ? -float(sin1[e]) : float(sin2[e]);
      y1[e] = fromFloat<T>(first * float(cos1[e]) - second * down);
      y2[e] = fromFloat<T>(second * float(cos2[e]) + first * up);
    }
    storePack(y, y1);
    storePack(y + half, y2);
  }
}
EXPORT_KERNEL((256), rope, f32, 1)
EXPORT_KERNEL((256), rope, f32, 4)
EXPORT_KERNEL((256), rope, bf16, 1)
EXPORT_KERNEL((256), rope, bf16, 8)

#if TESSERA_HOST
template <class T>
void rope(const RopeArgs<T>& a, Stream& s) {
  const uint64_t rows = uint64_t{a.batch} * a.heads * a.rows;
  if (rows == 0 || a.dim < 2) return;
  const uint64_t last = uint64_t{a.offset} + a.rows;
  if (last > a.positions) {
    Stream::fail("INDEX", "position beyond the table of angles", static_cast<int64_t>(last - 1), a.positions);
  }
  constexpr int P = kPack<T>;
  const bool packed = a.dim / 2 % P == 0 && a.xBatch % P == 0 && a.xHead % P == 0 && a.xRow % P == 0 &&
                      a.yBatch % P == 0 && a.yHead % P == 0 && a.yRow % P == 0 && alignedFor<P>(a.x) &&
                      alignedFor<P>(a.cos) && alignedFor<P>(a.sin) && alignedFor<P>(a.y);
  const uint64_t threads = rows * (a.dim / 2) / (packed ? P : 1);
  s.launch(packed ? KERNEL(rope, T, kPack<T>) : KERNEL(rope, T, 1), gridFor(s, threads, 256), 256, 0, a);
}
#endif

}  // namespace tessera::cuda
