// Many products of one shape. Products too small to be divided run whole, side by side; larger ones run one after the
// other, each divided as gemm.h divides it. Either way each element is the chain of multiply-adds that gemm.h promises.
#pragma once

#include "cpu/gemm/gemm.h"

namespace tessera::TESSERA_ISA::gemm {

// Products that one chunk runs, or 0 when products are better run one after the other.
template <class T, bool kDot>
inline int64_t productsPerChunk(const Problem<T>& p, int64_t count) {
  const int64_t each = cost<kDot>(p.m, p.n, p.k);
  if (count < 2 || (each > kInlineCycles && count < 16)) return 0;
  return larger(1, kTaskCycles / each);
}

template <class T, bool kDot, class Item>
void gemmBatchAs(Context& ctx, const Problem<T>& shape, int64_t count, int64_t perChunk, Item& item) {
  const int64_t rowPanels = RowPanels<kDot>(shape.m).count, colPanels = ceilDiv(shape.n, kCols);
  const int64_t rowStep = smaller(rowPanels, kMaxTaskRows<kDot> / kPanelRows<kDot>);
  Block<T> s{shape.a, shape.b, shape.m, shape.n, shape.k};
  s.kBlock = evenBlock<kDot>(s.k);
  item(0, s.a.data, s.b.data, s.inPlace);
  chooseAccess<T, kDot>(s, rowPanels, colPanels, false);
  if (kAmx<kDot>) s.skinny = false;  // would need every A packed beforehand
  const int64_t perThread = roundUp(taskScratch<T, kDot>(s, rowStep, colPanels), 16);
  float* scratch = ctx.scratch<float>(static_cast<size_t>(perThread * ctx.threads()));
  ctx.parallelFor(static_cast<uint32_t>(ceilDiv(count, perChunk)), [&](uint32_t chunk, int thread) {
    for (int64_t i = chunk * perChunk; i < smaller((chunk + 1) * perChunk, count); ++i) {
      Block<T> one = s;
      item(i, one.a.data, one.b.data, one.inPlace);
      const auto consume = [&](const Tile& tile) { item(i, tile); };
      for (int64_t row = 0; row < rowPanels; row += rowStep)
        runTask<T, kDot>(one, row, smaller(row + rowStep, rowPanels), 0, colPanels, scratch + thread * perThread,
                         thread, consume);
    }
  });
}

// Runs `count` products of the shape and strides of `shape`. `item` is called in two forms:
//   item(i, a, b, inPlace)  sets the data of product i (inPlace as in Options, c for all products or for none);
//   item(i, tile)           consumes a tile of it.
template <class T, class Item>
void gemmBatch(Context& ctx, const Problem<T>& shape, int64_t count, Item&& item) {
  if (shape.m <= 0 || shape.n <= 0 || count <= 0) return;
  withDot<T>([&]<bool kDot>() {
    if (const int64_t perChunk = productsPerChunk<T, kDot>(shape, count))
      return gemmBatchAs<T, kDot>(ctx, shape, count, perChunk, item);
    for (int64_t i = 0; i < count; ++i) {
      Problem<T> one = shape;
      Options options;
      item(i, one.a.data, one.b.data, options.inPlace);
      const size_t mark = ctx.scratchMark();
      const auto consume = [&](const Tile& tile) { item(i, tile); };
      gemmTilesAs<T, kDot>(ctx, one, consume, options);
      ctx.releaseScratch(mark);
    }
  });
}

}  // namespace tessera::TESSERA_ISA::gemm
