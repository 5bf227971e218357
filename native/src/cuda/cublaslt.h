// cuBLASLt, where it is installed: plain GEMMs with a bias and an addend in the epilogue. Any major version from 11 on serves,
// because the calls used here have not changed. f32 matrices are multiplied in f32, never in TF32.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cuda/driver_api.h"
#include "launch.h"

namespace tessera::cuda {

// "13.1", or "" when the library is not there.
std::string cublasLtVersion();

// One handle with its cache of chosen algorithms; belongs to one device and one thread.
class CublasLt {
 public:
  // Null when the library is absent or does not start. `workspace` is device memory that stays valid.
  static std::unique_ptr<CublasLt> create(void* workspace, size_t workspaceBytes);
  ~CublasLt();

  // Whether the library has an algorithm for it.
  bool accepts(const Gemm& gemm);
  // For what it accepts. Throws Error DEVICE.
  void run(const Gemm& gemm, CUstream stream);

  static constexpr size_t kWorkspaceBytes = size_t{32} << 20;

 private:
  struct State;
  explicit CublasLt(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tessera::cuda
