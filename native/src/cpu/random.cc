// Fills with Philox numbers. The words of a range are generated for 64 counters at a time in a loop that vectorises;
// element i takes word i % 4 of counter offset + i / 4, whatever the split of the range.
#include "gen/random.h"

#include "cpu/kernel.h"
#include "cpu/strided.h"
#include "philox.h"
#include "scalar.h"

namespace tessera::TESSERA_ISA {

constexpr uint64_t kCounters = 64;
constexpr uint64_t kWords = 4 * kCounters;

// body(first, words, n): elements [first, first + n) take words[0..n); first and, but for the last piece, n divide by 4.
template <class Args, class F>
TESSERA_INLINE void forWords(const Args& a, Context& context, F body) {
  forRange(context, a.n, kRowGrain, [&a, body](uint64_t begin, uint64_t end) {
    uint32_t words[kWords];
    const uint64_t seed = a.seed, offset = a.offset;
    for (uint64_t first = begin; first < end; first += kWords) {
      const uint64_t counter = offset + first / 4;
#pragma omp simd
      for (uint64_t k = 0; k < kCounters; ++k) {
        const PhiloxBlock block = philox(seed, counter + k);
        words[4 * k] = block.word[0];
        words[4 * k + 1] = block.word[1];
        words[4 * k + 2] = block.word[2];
        words[4 * k + 3] = block.word[3];
      }
      body(first, words, end - first < kWords ? end - first : kWords);
    }
  });
}

template <class T>
void uniform(const UniformArgs<T>& a, Context& context) {
  T* y = a.y;
  const float low = a.low, high = a.high;
  forWords(a, context, [=](uint64_t first, const uint32_t* words, uint64_t n) {
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) scalar::storeBelow(y + first + i, scalar::uniform(words[i], low, high));
  });
}

template <class T>
void normal(const NormalArgs<T>& a, Context& context) {
  T* y = a.y;
  const float mean = a.mean, std = a.std;
  forWords(a, context, [=](uint64_t first, const uint32_t* words, uint64_t n) {
    float z[kWords];
#pragma omp simd
    for (uint64_t k = 0; k < kWords / 2; ++k) {
      const scalar::NormalPair pair = scalar::normalPair(words[2 * k], words[2 * k + 1]);
      z[2 * k] = pair.first;
      z[2 * k + 1] = pair.second;
    }
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) store(y + first + i, scalar::fma(std, z[i], mean));
  });
}

template <class T>
void bernoulli(const BernoulliArgs<T>& a, Context& context) {
  T* y = a.y;
  const float p = a.p;
  forWords(a, context, [=](uint64_t first, const uint32_t* words, uint64_t n) {
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) {
      const float hit = scalar::unit(words[i]) < p ? 1.0f : 0.0f;
      if constexpr (std::is_integral_v<T>) {
        y[first + i] = static_cast<T>(static_cast<int32_t>(hit));
      } else {
        store(y + first + i, hit);
      }
    }
  });
}

void randint(const RandintArgs& a, Context& context) {
  int32_t* y = a.y;
  const auto low = static_cast<uint32_t>(a.low);
  const uint64_t range = static_cast<uint32_t>(a.high) - low;
  forWords(a, context, [=](uint64_t first, const uint32_t* words, uint64_t n) {
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) {
      y[first + i] = static_cast<int32_t>(low + static_cast<uint32_t>((words[i] * range) >> 32));
    }
  });
}

template <class T>
void dropout(const DropoutArgs<T>& a, Context& context) {
  const T* x = a.x;
  T* y = a.y;
  const float p = a.p, scale = 1.0f / (1.0f - p);
  forWords(a, context, [=](uint64_t first, const uint32_t* words, uint64_t n) {
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) {
      const float v = load(x + first + i) * scale;
      store(y + first + i, scalar::unit(words[i]) < p ? 0.0f : v);
    }
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/random.cpu.inc"
