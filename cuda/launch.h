// The host's side of a .cu file: which kernels exist and how a stream takes them. It does not know whether a GPU or the
// emulator runs them: native/src/cuda implements Stream for both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "emulator/vector_types.h"
#include "fault_record.h"
#include "runtime/error.h"

namespace tessera::cuda {

// One entry point of the fatbin, which is also a function of this program.
struct DeviceKernel {
  const char* symbol;
  void (*emulated)(const void* args);  // one thread of it, on a fiber
  uint32_t maxThreads;  // per block: its launch bounds
  uint32_t argBytes;
};

// A kernel together with the type of its one parameter.
template <class Args>
struct Kernel : DeviceKernel {
  static_assert(std::is_trivially_copyable_v<Args> && sizeof(Args) <= 4096, "kernel arguments are copied to the device");
};

// Specialised by EXPORT_KERNEL.
template <auto function> struct Exported;

constexpr uint32_t firstOf(uint32_t threads, uint32_t = 0) { return threads; }

struct DeviceProperties {
  uint32_t multiprocessors;
  uint32_t computeCapability;    // 80, 90, 100
  uint32_t sharedBytesPerBlock;  // that a launch may ask for
  uint64_t l2Bytes;
  bool emulated;  // every thread is run by the CPU: keep grids no larger than the work needs
};

// C = alpha op(A) op(B) + bias + beta C', row-major, f32 accumulation; with `batch` > 1 for each of so many matrices. C' is C,
// or `addend` in its place. With `geluTanh` C is the GELU of that, in its tanh form, which itself goes to `preactivation`.
struct Gemm {
  enum class Type : uint8_t { f32, bf16 };

  Type type;                      // of A and B
  Type outputType;                // of C and the bias
  bool transposeA, transposeB;    // op(A) is m x k, op(B) is k x n; transposed ones are stored k x m, n x k
  uint32_t m, n, k, batch = 1;
  const void* a;
  const void* b;
  void* c;
  const void* addend = nullptr;                      // laid out as C
  const void* bias = nullptr;                        // n elements, added to every row; or none
  bool geluTanh = false;
  void* preactivation = nullptr;                     // laid out as C; or none
  int64_t lda, ldb, ldc;                             // elements between rows as stored
  int64_t strideA = 0, strideB = 0, strideC = 0;     // elements between the matrices of a batch
  float alpha = 1.0f, beta = 0.0f;

  bool operator==(const Gemm&) const = default;
};

// Where the commands of one device go, in order. Lives for one command.
class Stream {
 public:
  virtual ~Stream() = default;

  // A grid without blocks is no launch.
  template <class Args>
  void launch(const Kernel<Args>& kernel, dim3 grid, dim3 block, size_t sharedBytes, const std::type_identity_t<Args>& args) {
    if (grid.x == 0 || grid.y == 0 || grid.z == 0) return;
    Args copy = args;
#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
    __builtin_clear_padding(&copy);  // replays compare the bytes of arguments, and patch graphs where they differ
#endif
#endif
    launchKernel(kernel, grid, block, sharedBytes, &copy);
  }

  // Device memory for this command only: 64-byte aligned, uninitialised, never null.
  virtual void* workspace(size_t bytes) = 0;
  template <class T>
  T* workspace(size_t count) {
    return static_cast<T*>(workspace(count > SIZE_MAX / sizeof(T) ? SIZE_MAX : count * sizeof(T)));
  }

  virtual void fillZero(void* destination, size_t bytes) = 0;
  virtual void copy(void* destination, const void* source, size_t bytes) = 0;  // device to device
  virtual const DeviceProperties& properties() const = 0;

  // Where the kernels of this command report faults in their data (fault.cuh).
  virtual FaultSink faults() = 0;

  // Ends the command with an error: "message; got G; expected 0 to limit - 1".
  [[noreturn]] static void fail(const char* code, const char* message, int64_t got, uint64_t limit) {
    const std::string expected = limit == 0 ? "none" : "0 to " + std::to_string(limit - 1);
    throw Error(code, "", std::string(message) + "; got " + std::to_string(got) + "; expected " + expected + ".");
  }

  // Hands a plain GEMM to the vendor's library. False where there is none (or it declines): use a kernel of our own.
  virtual bool gemm(const Gemm&) { return false; }
  // Whether it would take it, before there is memory for the result: `c` is not looked at.
  virtual bool hasGemm(const Gemm&) { return false; }

 protected:
  virtual void launchKernel(const DeviceKernel& kernel, dim3 grid, dim3 block, size_t sharedBytes, const void* args) = 0;
};

// One schema kernel with its types fixed; the tables in gen/<family>.cuda.inc hold these.
using CudaKernel = void (*)(const void* args, Stream& stream);

// What the tables need to find out that a family's .cu file lacks a kernel (see emitCudaTable in generate-cpp.ts).
struct Missing {};
struct AnyStream {
  AnyStream(Stream&) {}
};
template <class Args, class F>
constexpr CudaKernel tableEntry(F) {
  if constexpr (std::is_same_v<std::invoke_result_t<F, const Args&, Stream&>, Missing>) {
    return nullptr;
  } else {
    return [](const void* args, Stream& stream) { F{}(*static_cast<const Args*>(args), stream); };
  }
}

// Blocks for `work` items at `perBlock` each, but no more than fill the device `waves` times: for kernels that loop.
inline uint32_t gridFor(const Stream& stream, uint64_t work, uint64_t perBlock, uint32_t blocksPerMultiprocessor = 8) {
  const uint64_t blocks = (work + perBlock - 1) / perBlock;
  const uint64_t most = uint64_t{stream.properties().multiprocessors} * blocksPerMultiprocessor;
  return static_cast<uint32_t>(blocks < most ? blocks : most);
}

}  // namespace tessera::cuda
