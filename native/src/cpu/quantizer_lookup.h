// Nearest code per row: the best score z.e - |e|^2/2 (cosine: of the normalised vectors), without a rows x codes matrix.
// While scanning, a lane of a row's state holds only the best score it saw and the block of codes it came from; the
// index is found afterwards by scoring that one block again, which repeats the scores bit for bit.
// Invariant: ids are the lowest index among equal scores, for any number of threads. A row whose scores are all NaN (or
// minus infinity) gets id 0; codes with NaN are never chosen.
#pragma once

#include "cpu/quantizer_score.h"
#include "gen/quantizer.h"

namespace tessera::TESSERA_ISA::quantizer {

#if defined(__AVX512F__)
inline constexpr int kLookupRows = 8;  // scores and best scores in registers; twelve rows were slower for spilling these
#elif defined(__AVX2__) || !defined(__SSE2__)
inline constexpr int kLookupRows = 6;
#else
inline constexpr int kLookupRows = 4;
#endif
inline constexpr uint64_t kLookupGroups = 16;        // row groups per chunk of work
inline constexpr uint32_t kBlockBytes = 16 * 1024;  // of codes that stay in the first-level cache

// A lane's best score and the number of the block that gave it, as a float: exact below 2^24 blocks.
struct LaneBest {
  Vec score;
  Vec block;
};

TESSERA_INLINE Vec blend(Mask m, Vec yes, Vec no) {
#if defined(__AVX512F__)
  return _mm512_mask_mov_ps(no, m, yes);
#elif defined(__AVX2__)
  return _mm256_blendv_ps(no, yes, m);
#elif defined(__SSE2__)
  return _mm_or_ps(_mm_and_ps(m, yes), _mm_andnot_ps(m, no));
#else
  return vbslq_f32(m, yes, no);
#endif
}

// The same pointer, which the compiler takes for a new one. Left alone it moves the broadcasts of a row, which are the
// same for every tile, out of the loop over tiles, and back to memory for want of registers: as whole vectors.
TESSERA_INLINE const float* reread(const float* p) {
#if defined(__GNUC__)
  asm("" : "+r"(p));
#endif
  return p;
}

template <int kDims>
void scanBlock(const float* rows, const PackedCodes& codes, uint32_t first, uint32_t last, int dims, float block,
               LaneBest* state) {
  Vec best[kLookupRows];
  for (int r = 0; r < kLookupRows; ++r) best[r] = splat(-__builtin_inff());
  for (uint32_t t = first; t < last; ++t) {
    scoreTile<kLookupRows, kDims>(reread(rows), codes.values + size_t{t} * kTile * dims, codes.bias + size_t{t} * kTile, dims,
                                  [&](Vec(&s)[kLookupRows][kVecs]) {
#pragma GCC unroll 16
                                    for (int r = 0; r < kLookupRows; ++r)
#pragma GCC unroll 4
                                      for (int v = 0; v < kVecs; ++v) best[r] = maxOf(s[r][v], best[r]);
                                  });
  }
  const Vec id = splat(block);
  for (int r = 0; r < kLookupRows; ++r) {
    const Mask better = greater(best[r], state[r].score);
    state[r].score = blend(better, best[r], state[r].score);
    state[r].block = blend(better, id, state[r].block);
  }
}

// The first code of the block whose score equals `best`. `row` points into a group, `stride` floats per dimension.
inline uint32_t findCode(const float* row, int stride, const PackedCodes& codes, uint32_t first, uint32_t last,
                         int dims, float best) {
  for (uint32_t t = first; t < last; ++t) {
    const float* tile = codes.values + size_t{t} * kTile * dims;
    float scores[kTile];
    Vec acc[kVecs];
    for (int v = 0; v < kVecs; ++v) acc[v] = loadVec(codes.bias + size_t{t} * kTile + v * kLanes);
    for (int d = 0; d < dims; ++d) {
      const Vec z = broadcast(row + d * stride);
      for (int v = 0; v < kVecs; ++v) acc[v] = fma(z, loadVec(tile + d * kTile + v * kLanes), acc[v]);
    }
    bool found = false;
    for (int v = 0; v < kVecs; ++v) found |= any(keep(acc[v], splat(best)));  // not below the best: equal, or NaN
    if (!found) continue;
    for (int v = 0; v < kVecs; ++v) storeVec(scores + v * kLanes, acc[v]);
    for (int i = 0; i < kTile; ++i)
      if (scores[i] == best) return t * kTile + i;
  }
  return 0;
}

}  // namespace tessera::TESSERA_ISA::quantizer

namespace tessera::TESSERA_ISA {

template <class T>
void vqLookup(const VqLookupArgs<T>& a, Context& ctx) {
  using namespace quantizer;
  if (a.rows == 0 || a.codes == 0) return;
  const uint32_t dims = a.dims, rows = a.rows;
  const bool cosine = a.cosine != 0;
  const PackedCodes codes = packCodes(ctx, a.codebook, a.codes, dims, -0.5, cosine, -__builtin_inff());
  const float* panels = packRows<kLookupRows>(ctx, a.z, rows, dims, 1.0, cosine);
  const uint64_t groups = (rows + kLookupRows - 1) / kLookupRows;
  const uint32_t tileBytes = kTile * 4 * (dims > 0 ? dims : 1);
  const uint32_t blockTiles = tileBytes < kBlockBytes ? kBlockBytes / tileBytes : 1;

  forRange(ctx, groups, kLookupGroups, [&](uint64_t begin, uint64_t end) {
    LaneBest state[kLookupGroups][kLookupRows];
    for (auto& group : state)
      for (LaneBest& s : group) s = {splat(-__builtin_inff()), zero()};
    withDims(dims, [&](auto constant) {
      for (uint32_t first = 0, block = 0; first < codes.tiles; first += blockTiles, ++block) {
        const uint32_t last = codes.tiles - first < blockTiles ? codes.tiles : first + blockTiles;
        for (uint64_t g = begin; g < end; ++g) {
          scanBlock<decltype(constant)::value>(panels + g * kLookupRows * dims, codes, first, last,
                                               static_cast<int>(dims), static_cast<float>(block), state[g - begin]);
        }
      }
    });
    for (uint64_t i = begin * kLookupRows; i < end * kLookupRows && i < rows; ++i) {
      const LaneBest& s = state[i / kLookupRows - begin][i % kLookupRows];
      float score[kLanes], block[kLanes];
      storeVec(score, s.score);
      storeVec(block, s.block);
      float best = score[0], from = block[0];
      for (int l = 1; l < kLanes; ++l) {
        if (score[l] > best || (score[l] == best && block[l] < from)) {
          best = score[l];
          from = block[l];
        }
      }
      const float* row = panels + i / kLookupRows * kLookupRows * dims + i % kLookupRows;
      uint32_t id = 0;
      if (best > -__builtin_inff()) {
        const uint32_t first = static_cast<uint32_t>(from) * blockTiles;
        const uint32_t last = codes.tiles - first < blockTiles ? codes.tiles : first + blockTiles;
        id = findCode(row, kLookupRows, codes, first, last, static_cast<int>(dims), best);
      }
      a.ids[i] = static_cast<int32_t>(id);
      if (a.distances != nullptr) {
        const float* code = codes.values + size_t{id / kTile} * kTile * dims + id % kTile;
        float sum = 0.0f;
        for (uint32_t d = 0; d < dims; ++d) {
          const float diff = row[d * kLookupRows] - code[d * kTile];
          sum += diff * diff;
        }
        a.distances[i] = sum;
      }
    }
  });
  if (a.counts != nullptr)
    for (uint32_t i = 0; i < rows; ++i) ++a.counts[a.ids[i]];
}

}  // namespace tessera::TESSERA_ISA
