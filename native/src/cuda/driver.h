// The CUDA driver, opened the first time that anybody asks for a CUDA device, and the kernels shipped with the addon.
// Both are there for the whole process or have a reason why not; neither ever throws for being absent.
#pragma once

#include <string>
#include <vector>

#include "cuda/driver_api.h"

namespace tessera::cuda {

struct Driver : DriverFunctions {
  std::string unavailable;  // why no CUDA device can be used; "" when the driver works
  int version = 0;          // 13000 for CUDA 13.0
  int devices = 0;
};

const Driver& driver();

// Throws Error DEVICE (OUT_OF_MEMORY for that) when `result` is a failure. `what` says what was tried.
void check(CUresult result, const char* what);
// Whether the context is of no more use after this error.
bool isFatal(CUresult result);
// "CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access was encountered"
std::string describe(CUresult result);

// The fatbins that nvcc made, one per kernel family, in one file beside the addon.
struct Fatbins {
  std::string unavailable;
  std::vector<const void*> images;
};

const Fatbins& fatbins();

// Splits a file of concatenated fatbins; `error` is set when the bytes are something else.
std::vector<const void*> splitFatbins(const void* bytes, size_t size, std::string& error);

// "13.0" for 13000
std::string versionText(int version);

}  // namespace tessera::cuda
