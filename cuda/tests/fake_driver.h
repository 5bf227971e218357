// What the parts of the fake CUDA libraries share.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "cuda/driver_api.h"

// A function of the libraries, which returns 0 or what went wrong.
#define FAKE extern "C" __attribute__((visibility("default"))) int

namespace fake {

using Lock = std::lock_guard<std::recursive_mutex>;

extern std::recursive_mutex mutex;      // device threads share the driver
extern tessera::cuda::CUresult sticky;  // after a fault, what every call returns

// A number of the environment.
long long setting(const char* name, long long otherwise);
size_t totalMemory();
// A line for FAKE_CUDA_LOG.
void log(const std::string& line);

// Lets `run` happen when the stream comes to it, or makes it a node of the graph that is being captured.
tessera::cuda::CUresult submit(tessera::cuda::CUstream stream, const char* name, std::function<void()> run);
// Runs what was submitted.
tessera::cuda::CUresult drain(tessera::cuda::CUstream stream);

}  // namespace fake
