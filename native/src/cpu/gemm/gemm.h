// The blocked GEMM that every matrix product of the CPU backend goes through, plain or fused.
//
//   gemmTiles(ctx, {a, b, m, n, k}, consumer, options)
//
// computes A[m,k] B[k,n] in f32 and hands C to `consumer` in tiles (task.h: Tile) while they are in cache; nothing else
// of C exists unless the consumer stores it. Fused heads, VQ lookup and the entropy losses are consumers that reduce.
// The parts below it can be used alone: packPanel (pack.h), microKernel for tiles already in L1 (micro_kernel.h),
// packOperandB for a B that several products share.
//
// What a consumer may rely on:
//  - every element of C is in exactly one tile; m or n = 0 gives no tiles; k = 0 gives tiles of zeros;
//  - consume(tile) runs concurrently for different tiles, on thread tile.thread < ctx.threads();
//  - with options.columnChunk = w (a multiple of kCols), tiles with the same row and the same tile.chunk = col / w come
//    from one task in ascending column order, and no tile crosses a chunk. Keep one partial state per (row, chunk) and
//    combine the chunks in order: the result then depends neither on threads nor on how many rows there are.
//  - options.tileCols asks for wider tiles (up to a row panel of kRows by tileCols, ascending), for reductions along
//    rows that should not pay their horizontal step every kCols columns.
// Invariants: an element is one chain of multiply-adds over ascending k (micro_kernel.h), so its bits do not depend on
// m, n, threads, layout or the position of its row. The one exception is split k, used only when A is stored
// transposed (weight gradients): fixed ranges of k are summed in order, and the ranges depend on m, n and k alone.
#pragma once

#include "cpu/gemm/task.h"

namespace tessera::TESSERA_ISA::gemm {

template <class T>
struct Problem {
  Operand<T> a;  // m x k
  Operand<T> b;  // k x n
  int64_t m, n, k;
  const float* packedB = nullptr;  // from packOperandB with the same b, n and k; saves packing B again
};

struct Options {
  int64_t columnChunk = 0;
  int64_t tileCols = kCols;
  InPlace inPlace;  // f32 storage of C in which the sums may be kept: beta is 0 and C aliases neither operand
  bool accumulate = false;  // continue the sums that inPlace holds
};

// Blocking. A pass over kBlockSteps keeps a panel of B (kCols wide) and the task's rows of A in L2. Longer passes read and
// write C less often, which is worth more than a panel that fits L1: both stream at the rate of the multiply-adds.
template <bool kDot>
inline constexpr int64_t kBlockSteps = kAmx<kDot> ? 128 : 512;  // see amx_task.h
template <bool kDot>
inline constexpr int64_t kMaxTaskRows = kAmx<kDot> ? 256 : 336;  // rows of A, packed, in most of a 1 MB L2
template <bool kDot>
inline constexpr int64_t kMinTaskPanels = kAmx<kDot> ? 8 : 4;   // fewer rows would not pay for going through B
inline constexpr int64_t kTaskCols = 1024;     // columns over which packing A is spread
inline constexpr int64_t kPackedFloats = int64_t{1} << 21;  // bound on B packed for all tasks: 8 MB
inline constexpr int64_t kTaskCycles = 65536;    // about 25 microseconds: where a second thread begins to pay
inline constexpr int64_t kInlineCycles = 98304;

// A rough cost in cycles of a whole product at this level: multiply-adds, and once through B, which packing it costs, or
// reading it from memory.
template <bool kDot>
TESSERA_INLINE int64_t cost(int64_t m, int64_t n, int64_t k) {
  const double rate = kAmx<kDot> ? 512 : 2 * kLanes, once = kAmx<kDot> ? 0.25 : 1;
  const double cycles = static_cast<double>(n) * static_cast<double>(k) * (static_cast<double>(m) / rate + once);
  return cycles < 1 ? 1 : cycles < 1e15 ? static_cast<int64_t>(cycles) : int64_t{1000000000000000};
}

template <bool kDot>
TESSERA_INLINE int64_t evenBlock(int64_t k) {
  constexpr int64_t most = kBlockSteps<kDot> * (kDot ? 2 : 1), unit = kAmx<kDot> ? 2 * kAmxSteps : 8;
  if (k <= most + most / 4) return roundUp(larger(k, 2), 2);
  return roundUp(ceilDiv(k, ceilDiv(k, most)), unit);
}

// Floats that packOperandB writes.
template <bool kDot>
TESSERA_INLINE int64_t packedFloatsB(int64_t n, int64_t k) {
  return ceilDiv(n, kCols) * kCols * stepsOf<kDot>(k);
}

// Packs all panels of the operands asked for, in parallel.
template <class T, bool kDot>
void packShared(Context& ctx, const Block<T>& s, float* packedA, float* packedB) {
  const RowPanels<kDot> panels(s.m);
  const int64_t steps = stepsOf<kDot>(s.k);
  const auto pack = [&]<Side kSide>(int64_t outer, int64_t inner, const T* data, int64_t count, float* dst, auto&& start,
                                    auto&& size) {
    constexpr int64_t width = kSide == Side::A ? kAStride<kDot> : kCols;
    // A chunk is many panels by some of k where rows are copied, a few panels by all of k where they are transposed.
    const int64_t panelStep = outer == 1 ? 16 : larger(1, kTaskCycles / larger(1, steps * width));
    const int64_t kStep = outer == 1 ? roundUp(larger(64, kTaskCycles / (16 * width)), 64) : larger(1, s.k);
    const int64_t columns = ceilDiv(count, panelStep), rows = larger(1, ceilDiv(s.k, kStep));
    ctx.parallelFor(static_cast<uint32_t>(columns * rows), [&](uint32_t chunk) {
      const int64_t first = chunk / rows * panelStep, k0 = chunk % rows * kStep;
      packPanels<T, kDot, kSide>(data + k0 * inner, outer, inner, first, smaller(first + panelStep, count), start, size,
                                 smaller(kStep, s.k - k0), dst + stepsOf<kDot>(k0) * width, steps * width);
    });
  };
  if (packedA)
    pack.template operator()<Side::A>(
        s.a.rowStride, s.a.colStride, s.a.data, panels.count, packedA, [&](int64_t p) { return panels.start(p); },
        [&](int64_t p) { return panels.rows(p); });
  if (packedB)
    pack.template operator()<Side::B>(
        s.b.colStride, s.b.rowStride, s.b.data, ceilDiv(s.n, kCols), packedB, [&](int64_t j) { return j * kCols; },
        [&](int64_t j) { return smaller(kCols, s.n - j * kCols); });
}

// How a product is cut into tasks. A function of the problem alone.
struct Plan {
  enum class Kind { Alone, Columns, Rows, Blocks, SplitK } kind;
  int64_t rowTasks;    // the row panels are dealt out evenly
  int64_t colStep;     // panels of columns per task
  int64_t kChunk = 0;  // SplitK: elements of k per partial product
};

template <class T, bool kDot>
inline Plan makePlan(const Problem<T>& p, const Options& o) {
  constexpr int64_t kMaxRows = kMaxTaskRows<kDot>;
  const int64_t rowPanels = RowPanels<kDot>(p.m).count, colPanels = ceilDiv(p.n, kCols);
  const int64_t chunkPanels = o.columnChunk / kCols, total = cost<kDot>(p.m, p.n, p.k);
  const int64_t group = larger(1, o.tileCols / kCols);
  Plan plan{Plan::Kind::Alone, 1, chunkPanels ? chunkPanels : colPanels};
  if (total <= kInlineCycles) return plan;
  if (p.a.rowStride == 1 && p.a.colStride != 1 && p.k >= 4096 && p.m * p.n <= 65536 && !o.columnChunk &&
      !o.accumulate) {
    plan.kind = Plan::Kind::SplitK;
    plan.rowTasks = ceilDiv(p.m, kMaxRows);
    plan.kChunk = roundUp(larger(1024, ceilDiv(p.k, 32)), 64);
    return plan;
  }
  // A B that has to be transposed should be so once, and by the thread that uses it, where a pass over all rows of A fits L2.
  const bool transposed = p.b.colStride != 1 && !p.packedB;
  if (rowPanels <= (kAmx<kDot> ? 16 : transposed && colPanels >= 4 ? kMaxRows / kPanelRows<kDot> : 6)) {
    plan.kind = Plan::Kind::Columns;
    int64_t atLeast = 1;
    if (p.m <= kSkinnyRows) {
      // Rows of B are read as they lie: 2 KB of one before the next. Columns are fetched ahead within a task alone.
      atLeast = p.b.colStride == 1 ? 512 / kCols : larger(1, smaller(colPanels / 8, 12));
    }
    // Every task goes through A, in L2 if it is short.
    if (kAmx<kDot>) atLeast = larger(atLeast, smaller(kAmxSpanPanels, stepsOf<kDot>(p.k) / kBlockSteps<kDot>));
    const int64_t step = larger(atLeast, kTaskCycles / cost<kDot>(p.m, kCols, p.k));
    if (!chunkPanels) plan.colStep = roundUp(smaller(colPanels, step), group);
    return plan;
  }
  if (p.n <= 2 * kCols) {
    plan.kind = Plan::Kind::Rows;
    plan.rowTasks = ceilDiv(rowPanels, larger(8, kTaskCycles / cost<kDot>(kPanelRows<kDot>, p.n, p.k)));
    return plan;
  }
  plan.kind = Plan::Kind::Blocks;
  const int64_t colTasks = ceilDiv(p.n, o.inPlace.c || kAmx<kDot> ? kTaskCols : kTaskCols / 2);
  if (!chunkPanels) plan.colStep = roundUp(ceilDiv(colPanels, colTasks), group);
  // A power of two, so that the tasks divide evenly among the usual numbers of threads.
  plan.rowTasks = 2;
  while (plan.rowTasks * ceilDiv(colPanels, plan.colStep) < 32 && rowPanels >= plan.rowTasks * 2 * kMinTaskPanels<kDot>)
    plan.rowTasks *= 2;
  while (ceilDiv(rowPanels, plan.rowTasks) * kPanelRows<kDot> > kMaxRows) ++plan.rowTasks;
  return plan;
}

// Runs the block as a grid of tasks, row blocks fastest so that neighbours share B.
template <class T, bool kDot, class Consumer>
void runGrid(Context& ctx, const Block<T>& s, const Plan& plan, float* scratch, int64_t perThread, Consumer& consume) {
  const int64_t rowPanels = RowPanels<kDot>(s.m).count, colPanels = ceilDiv(s.n, kCols);
  const int64_t colTasks = ceilDiv(colPanels, plan.colStep);
  ctx.parallelFor(static_cast<uint32_t>(plan.rowTasks * colTasks), [&](uint32_t chunk, int thread) {
    const int64_t i = chunk % plan.rowTasks, j = chunk / plan.rowTasks * plan.colStep;
    runTask<T, kDot>(s, i * rowPanels / plan.rowTasks, (i + 1) * rowPanels / plan.rowTasks, j,
                     smaller(j + plan.colStep, colPanels), scratch + thread * perThread, thread, consume);
  });
}

// Rows that lie a multiple of 1 KB apart crowd into a few sets of L1, which hold fewer lines than a tile has rows.
TESSERA_INLINE bool collides(int64_t strideBytes) { return strideBytes % 1024 == 0; }

// Decides what is read in place, for tasks that are `colStep` panels wide and `rowPanels` high.
template <class T, bool kDot>
inline void chooseAccess(Block<T>& s, int64_t rowPanels, int64_t colStep, bool preferReadA) {
  const bool rowAccess = s.a.colStride == 1;
  const int64_t aStride = (rowAccess ? s.a.rowStride : s.a.colStride) * static_cast<int64_t>(sizeof(T));
  const bool collidingA = rowAccess ? collides(aStride) && s.m > 8 : aStride >= 4096;
  s.readA = readableA<T, kDot>(s.a, s.k) && !collidingA && (preferReadA || smaller(colStep, ceilDiv(s.n, kCols)) <= 4);
  s.skinny = isSkinny<T, kDot>(s) && !s.accumulate;
  if (s.packedB) return;
  s.rowsB = rowsOfB<T, kDot>(s.b, s.k);
  s.readB = s.rowsB && sizeof(T) == 4 && (rowPanels == 1 || (rowPanels <= 4 && !collides(s.b.rowStride * 4)));
}

template <class T, bool kDot, class Consumer>
void runTasks(Context& ctx, const Plan& plan, Block<T> s, Consumer& consume) {
  using Kind = Plan::Kind;
  const int64_t rowPanels = RowPanels<kDot>(s.m).count, colPanels = ceilDiv(s.n, kCols), steps = stepsOf<kDot>(s.k);
  chooseAccess<T, kDot>(s, rowPanels, plan.colStep, plan.kind == Kind::Columns);
  if (!s.readA && !s.skinny && plan.kind == Kind::Columns) {
    float* packed = ctx.scratch<float>(static_cast<size_t>(larger(1, rowPanels * kAStride<kDot> * steps)));
    packShared<T, kDot>(ctx, s, packed, nullptr);
    s.packedA = packed;
    s.packedStepsA = steps;
  }
  if (kAmx<kDot> && s.skinny) {
    float* packed = ctx.scratch<float>(static_cast<size_t>(packedFloatsB<kDot>(s.m, s.k)));
    packShared<T, kDot>(ctx, {{}, {s.a.data, s.a.colStride, s.a.rowStride}, 0, s.m, s.k}, nullptr, packed);
    s.packedA = packed;
  }
  // Where packing B means transposing it, it is packed once for all row tasks, in pieces of columns that bound the copy.
  // Elsewhere every task packs for itself while it multiplies: half of a shared copy would lie in the other core's caches.
  // But Intel's cores get little from beyond their L2, where rows a multiple of 4 KB apart collide: B is packed once there
  // too. So it is at levels of narrower vectors, where packing is more stores and rows collide in smaller caches.
  const bool blocks = plan.kind == Kind::Blocks && !s.packedB, canShare = blocks && plan.rowTasks > 2 && steps <= 4096;
  const bool collidingB = s.b.rowStride * static_cast<int64_t>(sizeof(T)) % 4096 == 0;
  const bool packOnce = kLanes < 16 ? canShare : isIntel() && (canShare || (blocks && collidingB));
  if (!kAmx<kDot> && packOnce) s.rowsB = s.readB = false;
  const bool shareB = canShare && !s.rowsB;
  int64_t pieceCols = s.n;
  float* packedB = nullptr;
  if (shareB) {
    const int64_t stepCols = plan.colStep * kCols;
    pieceCols = smaller(s.n, larger(1, kPackedFloats / (larger(1, steps) * stepCols)) * stepCols);
    packedB = ctx.scratch<float>(static_cast<size_t>(roundUp(pieceCols, kCols) * larger(1, steps)));
    s.packedB = packedB;
    s.packedStepsB = steps;
  }
  const int64_t perThread = roundUp(taskScratch<T, kDot>(s, ceilDiv(rowPanels, plan.rowTasks), plan.colStep), 16);
  const int threads = plan.kind == Kind::Alone ? 1 : ctx.threads();
  float* scratch = ctx.scratch<float>(static_cast<size_t>(perThread * threads));
  if (plan.kind == Kind::Alone) {
    for (int64_t j = 0; j < colPanels; j += plan.colStep)
      runTask<T, kDot>(s, 0, rowPanels, j, smaller(j + plan.colStep, colPanels), scratch, 0, consume);
    return;
  }
  const Block<T> whole = s;
  for (int64_t n0 = 0; n0 < whole.n; n0 += pieceCols) {
    s.n = smaller(pieceCols, whole.n - n0);
    s.b.data = whole.b.data + n0 * whole.b.colStride;
    s.colOffset = whole.colOffset + n0;
    if (whole.inPlace.c) s.inPlace.c = whole.inPlace.c + n0;
    if (shareB) packShared<T, kDot>(ctx, s, nullptr, packedB);
    runGrid<T, kDot>(ctx, s, plan, scratch, perThread, consume);
  }
}

// Few outputs and a long k: fixed ranges of k are multiplied side by side and added in order.
template <class T, bool kDot, class Consumer>
void runSplitK(Context& ctx, const Problem<T>& p, const Plan& plan, const Block<T>& whole, Consumer& consume) {
  const int64_t rowPanels = RowPanels<kDot>(p.m).count, colPanels = ceilDiv(p.n, kCols);
  const int64_t chunks = ceilDiv(p.k, plan.kChunk), rowTasks = plan.rowTasks;
  const int64_t ld = colPanels * kCols, size = p.m * ld;
  float* partial = ctx.scratch<float>(static_cast<size_t>(chunks * size));
  Block<T> s = whole;
  s.kBlock = evenBlock<kDot>(smaller(plan.kChunk, p.k));
  s.k = smaller(plan.kChunk, p.k);
  s.inPlace = {partial, ld, false};
  s.rowsB = !p.packedB && rowsOfB<T, kDot>(p.b, p.k);
  const int64_t perThread = roundUp(taskScratch<T, kDot>(s, ceilDiv(rowPanels, rowTasks), colPanels), 16);
  float* scratch = ctx.scratch<float>(static_cast<size_t>(perThread * ctx.threads()));
  ctx.parallelFor(static_cast<uint32_t>(chunks * rowTasks), [&](uint32_t task, int thread) {
    const int64_t chunk = task / rowTasks, i = task % rowTasks, k0 = chunk * plan.kChunk;
    Block<T> part = s;
    part.a.data += k0 * p.a.colStride;
    part.b.data += k0 * p.b.rowStride;
    if (p.packedB) part.packedB = p.packedB + stepsOf<kDot>(k0) * kCols;
    part.k = smaller(plan.kChunk, p.k - k0);
    part.inPlace.c = partial + chunk * size;
    runTask<T, kDot>(part, i * rowPanels / rowTasks, (i + 1) * rowPanels / rowTasks, 0, colPanels,
                     scratch + thread * perThread, thread, consume);
  });
  const RowPanels<kDot> panels(p.m);
  ctx.parallelFor(static_cast<uint32_t>(rowPanels), [&](uint32_t panel, int thread) {
    const int64_t row = panels.start(panel), rows = panels.rows(panel);
    float* sum = partial + row * ld;
    for (int64_t chunk = 1; chunk < chunks; ++chunk) {
      const float* more = sum + chunk * size;
#pragma omp simd
      for (int64_t i = 0; i < rows * ld; ++i) sum[i] += more[i];
    }
    if (whole.inPlace.c) {
      float* c = whole.inPlace.c + row * whole.inPlace.ld;
      for (int64_t r = 0; r < rows; ++r) memcpy(c + r * whole.inPlace.ld, sum + r * ld, static_cast<size_t>(p.n) * 4);
      if (!whole.inPlace.finish) return;
    }
    for (int64_t col = 0; col < p.n; col += whole.groupPanels * kCols)
      consume(Tile{sum + col, ld, row, col, rows, smaller(whole.groupPanels * kCols, p.n - col), 0, thread});
  });
}

template <class T, bool kDot, class Consumer>
void gemmTilesAs(Context& ctx, const Problem<T>& p, Consumer& consume, const Options& o) {
  if (p.m <= 0 || p.n <= 0) return;
  const Plan plan = makePlan<T, kDot>(p, o);
  Block<T> s{p.a, p.b, p.m, p.n, p.k};
  s.packedB = p.packedB;
  s.packedStepsB = stepsOf<kDot>(p.k);
  s.kBlock = evenBlock<kDot>(p.k);
  s.groupPanels = larger(1, o.tileCols / kCols);
  s.columnChunk = o.columnChunk;
  s.inPlace = o.inPlace;
  s.accumulate = o.accumulate;
  if (plan.kind == Plan::Kind::SplitK) {
    runSplitK<T, kDot>(ctx, p, plan, s, consume);
  } else {
    runTasks<T, kDot>(ctx, plan, s, consume);
  }
}

// body<kDot>() with whether products of Ts run on pairs here. Matters to those who pack: packed panels of one kind do not fit
// the other.
template <class T, class F>
TESSERA_INLINE auto withDot(F&& body) {
  if constexpr (kHasDot && sizeof(T) == 2) {
    if (dotPays()) return body.template operator()<true>();
  }
  return body.template operator()<false>();
}

template <class T, class Consumer>
void gemmTiles(Context& ctx, const Problem<T>& p, Consumer&& consume, const Options& o = {}) {
  withDot<T>([&]<bool kDot>() { gemmTilesAs<T, kDot>(ctx, p, consume, o); });
}

// B packed once for several products (Problem::packedB): room for it, and the packing in parallel.
template <class T>
inline size_t packedFloats(int64_t n, int64_t k) {
  return withDot<T>([&]<bool kDot>() { return static_cast<size_t>(packedFloatsB<kDot>(n, k)); });
}

template <class T>
void packOperandB(Context& ctx, const Operand<T>& b, int64_t n, int64_t k, float* dst) {
  withDot<T>([&]<bool kDot>() { packShared<T, kDot>(ctx, {{nullptr, 0, 0}, b, 0, n, k}, nullptr, dst); });
}

}  // namespace tessera::TESSERA_ISA::gemm
