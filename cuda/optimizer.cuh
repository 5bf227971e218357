// What dense and sparse optimizer steps share on the device: the step of a few parameters, from loading their values to
// rounding. A thread has all that it reads on its way before it computes, and its segment at hand until it leaves it.
#pragma once

#include "clip_units.h"
#include "kernel.cuh"
#include "optimizer_rules.h"
#include "philox.h"

namespace tessera::cuda {

inline constexpr int kStepThreads = 256;

// The arguments of a schema kernel with its rule worked out by the host.
template <class Args, class Rule>
struct StepArgs {
  Args a;
  Rule rule;
  States<Rule> states;
};

// N parameters of a thread that lie one after another, as do their states; read and written as packs.
template <int N>
struct Consecutive {
  static constexpr int kCount = N;
  uint64_t first;

  __device__ __forceinline__ bool has(int) const { return true; }
  __device__ __forceinline__ uint64_t index(int e) const { return first + static_cast<uint64_t>(e); }
  template <class T> __device__ __forceinline__ Pack<T, N> load(const T* from) const { return loadPack<N>(from + first); }
  template <class T> __device__ __forceinline__ void store(T* to, const Pack<T, N>& pack) const { storePack(to + first, pack); }
  template <class T> __device__ __forceinline__ Pack<T, N> loadState(const T* from) const { return load(from); }
  template <class T> __device__ __forceinline__ void storeState(T* to, const Pack<T, N>& pack) const { store(to, pack); }
};

// Up to N parameters anywhere, in ascending order, whose states lie a warp apart from each other.
template <int N>
struct Listed {
  static constexpr int kCount = N;
  uint64_t indices[N], state;
  int count;

  __device__ __forceinline__ bool has(int e) const { return e < count; }
  __device__ __forceinline__ uint64_t index(int e) const { return indices[e]; }
  __device__ __forceinline__ uint64_t stateIndex(int e) const { return state + static_cast<uint64_t>(e) * kWarp; }
  template <class T> __device__ __forceinline__ Pack<T, N> load(const T* from) const {
    Pack<T, N> pack = {};
#pragma unroll
    for (int e = 0; e < N; ++e) {
      if (has(e)) pack[e] = from[indices[e]];
    }
    return pack;
  }
  template <class T> __device__ __forceinline__ void store(T* to, const Pack<T, N>& pack) const {
#pragma unroll
    for (int e = 0; e < N; ++e) {
      if (has(e)) to[indices[e]] = pack[e];
    }
  }
  template <class T> __device__ __forceinline__ Pack<T, N> loadState(const T* from) const {
    Pack<T, N> pack = {};
#pragma unroll
    for (int e = 0; e < N; ++e) {
      if (has(e)) pack[e] = from[stateIndex(e)];
    }
    return pack;
  }
  template <class T> __device__ __forceinline__ void storeState(T* to, const Pack<T, N>& pack) const {
#pragma unroll
    for (int e = 0; e < N; ++e) {
      if (has(e)) to[stateIndex(e)] = pack[e];
    }
  }
};

// The hyperparameters of the segment that a thread is in, and the scales of its gradients' units. It goes through parameters
// in ascending order.
template <class Args>
struct HyperCursor {
  const Args& a;
  Hyper hyper;
  uint64_t past;  // the first parameter of another segment
  UnitCursor<Args> units;

  __device__ __forceinline__ explicit HyperCursor(const Args& args)
      : a(args), hyper(hyperOf(args, 0)), past(args.segmentStarts != nullptr && args.segments > 0 ? 0 : UINT64_MAX), units(args) {}

  __device__ __forceinline__ const Hyper& at(uint64_t i) {
    if (i >= past) {
      const uint32_t segment = segmentOf(a, i);
      hyper = hyperOf(a, segment);
      past = segment + 1 < a.segments ? segmentStart(a, segment + 1) : UINT64_MAX;
    }
    return hyper;
  }

  // The gradient of parameter i as its unit is scaled.
  __device__ __forceinline__ float scaled(uint64_t i, float gradient) {
    return units.any() ? float(Exact(gradient) * Exact(units.at(i))) : gradient;
  }
};

// Steps the parameters of `places`: `run(hyper, x, e)` gives the new value of number e. Returns a bit for each whose stored
// value changed; without `moves` nothing is stored.
template <class P, bool moves = true, class Args, class Places, class Run>
__device__ __forceinline__ uint32_t stepParameters(const Args& a, HyperCursor<Args>& cursor, const Places& places, Run&& run) {
  constexpr int N = Places::kCount;
  const Pack<P, N> old = places.load(a.param);
  Pack<float, N> x = {};
  if (a.master != nullptr) {
    x = places.loadState(a.master);
  } else {
#pragma unroll
    for (int e = 0; e < N; ++e) x[e] = float(old[e]);
  }
  [[maybe_unused]] const bool compensated = isBf16<P> && a.master == nullptr && a.compensation != nullptr;
  if constexpr (isBf16<P>) {
    if (compensated) {
      const Pack<bf16, N> lost = places.loadState(a.compensation);
#pragma unroll
      for (int e = 0; e < N; ++e) x[e] = Exact(x[e]) + Exact(float(lost[e]));
    }
  }
#pragma unroll
  for (int e = 0; e < N; ++e) {
    if (places.has(e)) x[e] = run(cursor.at(places.index(e)), x[e], e);
  }
  if constexpr (!moves) return 0;
  if (a.master != nullptr) places.storeState(a.master, x);

  uint32_t changed = 0;
  if constexpr (isBf16<P>) {
    Pack<bf16, N> rounded, lost;
    PhiloxBlock noise{};
#pragma unroll
    for (int e = 0; e < N; ++e) {
      if (a.rounding == 0) {
        rounded[e].bits = bf16Bits(x[e]);
      } else {
        const uint64_t index = a.firstIndex + places.index(e);
        noise = philox(a.seed, a.offset + index / 8);
        rounded[e].bits = bf16BitsDithered(x[e], noise.word[index % 8 / 2] >> (index % 2 * 16) & 0xffffu);
      }
      lost[e].bits = bf16Bits(Exact(x[e]) - Exact(float(rounded[e])));
      changed |= uint32_t{places.has(e) && rounded[e].bits != old[e].bits} << e;
    }
    if (compensated) places.storeState(a.compensation, lost);
    if (changed != 0) places.store(a.param, rounded);
  } else {
#pragma unroll
    for (int e = 0; e < N; ++e) changed |= uint32_t{places.has(e) && bitsOf(x[e]) != bitsOf(old[e])} << e;
    places.store(a.param, x);
  }
  return changed;
}

// The same for a rule with its states and gradients.
template <class P, class Args, class Rule, class Places, class G>
__device__ __forceinline__ uint32_t stepWithStates(const StepArgs<Args, Rule>& args, HyperCursor<Args>& cursor,
                                                   const Places& places, const Pack<G, Places::kCount>& gradients) {
  Pack<float, Places::kCount> states[Rule::kStates] = {};
#pragma unroll
  for (int k = 0; k < Rule::kStates; ++k) {
    if (args.states.at[k] != nullptr) states[k] = places.loadState(args.states.at[k]);
  }
  const uint32_t changed = stepParameters<P>(args.a, cursor, places, [&](const Hyper& h, float x, int e) {
    const auto run = [&]<int variant>() -> float {
      const Exact scaled = Exact(cursor.scaled(places.index(e), float(gradients[e]))) * Exact(h.gradScale);
      const Exact grad = h.l2 == 0 ? scaled : scaled + Exact(h.l2) * Exact(x);
      const Exact p = h.l2 == 0 ? Exact(x) * Exact(h.keep) : Exact(x);
      const auto state = [&](int k) { return Rule::uses(variant, k) ? &states[k].v[e] : nullptr; };
      return args.rule.template step<variant>(args.rule.at(h), p, grad, state(0), state(1), state(2));
    };
    if constexpr (Rule::kVariants > 1) {
      if (args.states.variant == 1) return run.template operator()<1>();
    }
    if constexpr (Rule::kVariants > 2) {
      if (args.states.variant == 2) return run.template operator()<2>();
      if constexpr (Rule::kVariants > 3) {
        if (args.states.variant == 3) return run.template operator()<3>();
      }
    }
    return run.template operator()<0>();
  });
#pragma unroll
  for (int k = 0; k < Rule::kStates; ++k) {
    if (args.states.at[k] != nullptr) places.storeState(args.states.at[k], states[k]);
  }
  return changed;
}

template <class Args>
__device__ __forceinline__ bool skipped(const Args& a) {
  return a.skip != nullptr && *a.skip != 0;
}

}  // namespace tessera::cuda
