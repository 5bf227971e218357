#include "cuda/graph.h"

#include <algorithm>
#include <utility>

#include "cuda/driver.h"
#include "runtime/error.h"

namespace tessera::cuda {

namespace {

bool sameStructure(const OperationList& a, const OperationList& b) {
  if (a.operations.size() != b.operations.size()) return false;
  for (size_t i = 0; i < a.operations.size(); ++i) {
    if (compare(a, b, i) == Difference::structure) return false;
  }
  return true;
}

constexpr size_t kMostGraphs = 32;

}  // namespace

Graph& Graphs::of(const void* recording) {
  Entry& entry = entries_[recording];
  entry.used = ++clock_;
  if (entries_.size() > kMostGraphs) {
    const auto earlier = [](const auto& a, const auto& b) { return a.second.used < b.second.used; };
    entries_.erase(std::min_element(entries_.begin(), entries_.end(), earlier));
  }
  return entry.graph;  // erasing others leaves it where it is
}

void Graph::destroy() noexcept {
  const Driver& d = driver();
  if (executable_) d.graphExecDestroy(executable_);
  if (graph_) d.graphDestroy(graph_);
  executable_ = nullptr;
  graph_ = nullptr;
  nodes_.clear();
  last_.clear();
}

void Graph::launch(OperationList& list, CUstream stream, OperationRunner& runner) {
  if (list.operations.empty()) return;
  const auto runEach = [&] {
    for (const Operation& operation : list.operations) runner.run(operation, list);
  };
  if (capturable_ && sameStructure(list, last_)) {
    try {
      if (!executable_ || !patch(list, runner)) capture(list, stream, runner);
    } catch (const Error&) {
      // A library call may refuse to be captured. Nothing has run yet.
      capturable_ = false;
      destroy();
      return runEach();
    }
    check(driver().graphLaunch(executable_, stream), "cuGraphLaunch");
    return;
  }
  destroy();
  runEach();
  if (capturable_) std::swap(last_, list);
}

// Makes the graph do what `list` says, where only kernel arguments differ.
bool Graph::patch(OperationList& list, OperationRunner& runner) {
  bool changed = false;
  for (size_t i = 0; i < list.operations.size(); ++i) {
    if (compare(list, last_, i) == Difference::none) continue;
    if (!nodes_[i]) return false;
    const Operation& operation = list.operations[i];
    void* params[] = {list.argumentsOf(operation)};
    CUDA_KERNEL_NODE_PARAMS node{};
    node.func = runner.function(operation);
    node.gridDimX = operation.grid.x;
    node.gridDimY = operation.grid.y;
    node.gridDimZ = operation.grid.z;
    node.blockDimX = operation.block.x;
    node.blockDimY = operation.block.y;
    node.blockDimZ = operation.block.z;
    node.sharedMemBytes = operation.sharedBytes;
    node.kernelParams = params;
    if (driver().graphExecKernelNodeSetParams(executable_, nodes_[i], &node) != CUDA_SUCCESS) return false;
    changed = true;
  }
  if (changed) std::swap(last_, list);
  return true;
}

void Graph::capture(OperationList& list, CUstream stream, OperationRunner& runner) {
  destroy();
  const Driver& d = driver();
  // Thread-local: other devices' threads may allocate and synchronise meanwhile.
  check(d.streamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL), "cuStreamBeginCapture");
  nodes_.assign(list.operations.size(), nullptr);
  try {
    for (size_t i = 0; i < list.operations.size(); ++i) {
      const Operation& operation = list.operations[i];
      runner.run(operation, list);
      if (operation.kind != Operation::Kind::kernel) continue;
      // The stream's one dependency is the node that was just made.
      int status = 0;
      uint64_t id = 0;
      CUgraph graph = nullptr;
      const CUgraphNode* dependencies = nullptr;
      size_t count = 0;
      if (!d.streamGetCaptureInfo) continue;
      if (d.streamGetCaptureInfo(stream, &status, &id, &graph, &dependencies, &count) == CUDA_SUCCESS && count == 1) {
        nodes_[i] = dependencies[0];
      }
    }
  } catch (...) {
    CUgraph abandoned = nullptr;
    d.streamEndCapture(stream, &abandoned);
    if (abandoned) d.graphDestroy(abandoned);
    throw;
  }
  check(d.streamEndCapture(stream, &graph_), "cuStreamEndCapture");
  check(d.graphInstantiate(&executable_, graph_, 0), "cuGraphInstantiate");
  std::swap(last_, list);
}

}  // namespace tessera::cuda
