// Work for a CUDA stream as data: what a command asked of it, kept so that it can be compared with what the same command
// of a recording asked last time.
#pragma once

#include <cstring>
#include <vector>

#include "cuda/driver_api.h"
#include "launch.h"
#include "runtime/error.h"

namespace tessera::cuda {

struct Operation {
  enum class Kind : uint8_t { kernel, zero, copy, gemm };

  Kind kind;
  Command command;  // that it belongs to
  // kernel
  const DeviceKernel* kernel = nullptr;
  dim3 grid{}, block{};
  uint32_t sharedBytes = 0;
  uint32_t argOffset = 0, argBytes = 0;  // in OperationList::arguments
  // zero, copy
  CUdeviceptr to = 0, from = 0;
  size_t bytes = 0;
  // gemm
  uint32_t gemm = 0;  // in OperationList::gemms
};

struct OperationList {
  std::vector<Operation> operations;
  std::vector<unsigned char> arguments;
  std::vector<Gemm> gemms;

  void clear() {
    operations.clear();
    arguments.clear();
    gemms.clear();
  }

  void* argumentsOf(const Operation& operation) { return arguments.data() + operation.argOffset; }
};

enum class Difference { none, arguments, structure };

// How operation i of two lists differs: not at all, in the bytes of its kernel arguments, or in more.
inline Difference compare(const OperationList& a, const OperationList& b, size_t i) {
  const Operation& x = a.operations[i];
  const Operation& y = b.operations[i];
  if (x.kind != y.kind) return Difference::structure;
  const auto same = [](dim3 p, dim3 q) { return p.x == q.x && p.y == q.y && p.z == q.z; };
  switch (x.kind) {
    case Operation::Kind::kernel:
      if (x.kernel != y.kernel || !same(x.grid, y.grid) || !same(x.block, y.block) || x.sharedBytes != y.sharedBytes) {
        return Difference::structure;
      }
      return std::memcmp(a.arguments.data() + x.argOffset, b.arguments.data() + y.argOffset, x.argBytes) == 0
                 ? Difference::none
                 : Difference::arguments;
    case Operation::Kind::zero:
    case Operation::Kind::copy:
      return x.to == y.to && x.from == y.from && x.bytes == y.bytes ? Difference::none : Difference::structure;
    case Operation::Kind::gemm:
      return a.gemms[x.gemm] == b.gemms[y.gemm] ? Difference::none : Difference::structure;
  }
  return Difference::structure;
}

}  // namespace tessera::cuda
