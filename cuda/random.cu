// Fills with Philox numbers, one thread per counter, which gives four elements.
#include "kernel.cuh"

#include "gen/random.h"
#include "philox.h"
#include "scalar.h"

namespace tessera::cuda {

// body(first, words): elements first..first + 3 take the four words.
template <class Args, class F>
__device__ __forceinline__ void forCounters(const Args& a, F body) {
  const uint64_t counters = a.n / 4 + (a.n % 4 != 0 ? 1 : 0);
  for (uint64_t k = globalThread(); k < counters; k += globalThreads()) {
    const PhiloxBlock block = philox(a.seed, a.offset + k);
    body(4 * k, block.word);
  }
}

template <class T>
__device__ void uniformKernel(const UniformArgs<T>& a) {
  forCounters(a, [&a](uint64_t first, const uint32_t* words) {
    for (uint64_t i = 0; i < 4 && first + i < a.n; ++i) {
      scalar::storeBelow(a.y + first + i, scalar::uniform(words[i], a.low, a.high));
    }
  });
}
EXPORT_KERNEL((256), uniform, f32)
EXPORT_KERNEL((256), uniform, bf16)

template <class T>
__device__ void normalKernel(const NormalArgs<T>& a) {
  forCounters(a, [&a](uint64_t first, const uint32_t* words) {
    const scalar::NormalPair p = scalar::normalPair(words[0], words[1]), q = scalar::normalPair(words[2], words[3]);
    const float z[4] = {p.first, p.second, q.first, q.second};
    for (uint64_t i = 0; i < 4 && first + i < a.n; ++i) a.y[first + i] = fromFloat<T>(scalar::fma(a.std, z[i], a.mean));
  });
}
EXPORT_KERNEL((256), normal, f32)
EXPORT_KERNEL((256), normal, bf16)

template <class T>
__device__ void bernoulliKernel(const BernoulliArgs<T>& a) {
  forCounters(a, [&a](uint64_t first, const uint32_t* words) {
    for (uint64_t i = 0; i < 4 && first + i < a.n; ++i) {
      const bool hit = scalar::unit(words[i]) < a.p;
      if constexpr (std::is_integral_v<T>) {
        a.y[first + i] = hit ? 1 : 0;
      } else {
        a.y[first + i] = fromFloat<T>(hit ? 1.0f : 0.0f);
      }
    }
  });
}
EXPORT_KERNEL((256), bernoulli, f32)
EXPORT_KERNEL((256), bernoulli, bf16)
EXPORT_KERNEL((256), bernoulli, u8)

__device__ void randintKernel(const RandintArgs& a) {
  const auto low = static_cast<uint32_t>(a.low);
  const uint64_t range = static_cast<uint32_t>(a.high) - low;
  forCounters(a, [&a, low, range](uint64_t first, const uint32_t* words) {
    for (uint64_t i = 0; i < 4 && first + i < a.n; ++i) {
      a.y[first + i] = static_cast<int32_t>(low + static_cast<uint32_t>((words[i] * range) >> 32));
    }
  });
}
EXPORT_KERNEL((256), randint)

template <class T>
__device__ void dropoutKernel(const DropoutArgs<T>& a) {
  const float scale = 1.0f / (1.0f - a.p);
  forCounters(a, [&a, scale](uint64_t first, const uint32_t* words) {
    for (uint64_t i = 0; i < 4 && first + i < a.n; ++i) {
      const float x = float(a.x[first + i]);
      a.y[first + i] = fromFloat<T>(scalar::unit(words[i]) < a.p ? 0.0f : x * scale);
    }
  });
}
EXPORT_KERNEL((256), dropout, f32)
EXPORT_KERNEL((256), dropout, bf16)

#if TESSERA_HOST
template <class T>
void uniform(const UniformArgs<T>& a, Stream& s) {
  s.launch(KERNEL(uniform, T), gridFor(s, a.n, 1024), 256, 0, a);
}
template <class T>
void normal(const NormalArgs<T>& a, Stream& s) {
  s.launch(KERNEL(normal, T), gridFor(s, a.n, 1024), 256, 0, a);
}
template <class T>
void bernoulli(const BernoulliArgs<T>& a, Stream& s) {
  s.launch(KERNEL(bernoulli, T), gridFor(s, a.n, 1024), 256, 0, a);
}
void randint(const RandintArgs& a, Stream& s) { s.launch(KERNEL(randint), gridFor(s, a.n, 1024), 256, 0, a); }
template <class T>
void dropout(const DropoutArgs<T>& a, Stream& s) {
  s.launch(KERNEL(dropout, T), gridFor(s, a.n, 1024), 256, 0, a);
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/random.cuda.inc"
#endif
