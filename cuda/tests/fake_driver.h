// What the fake CUDA libraries share.
#pragma once

#include <functional>

#include "cuda/driver_api.h"

// Lets `run` happen when the stream comes to it, or makes it a node of the graph that is being captured.
tessera::cuda::CUresult fakeSubmit(tessera::cuda::CUstream stream, const char* name, std::function<void()> run);
