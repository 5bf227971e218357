// A recording that is replayed, as a CUDA graph. Each replay is compared with the one before, operation by operation:
// other operations than last time are submitted one by one, the same ones become a graph, and from then on changed kernel
// arguments are patched into it. What cannot be captured goes on being submitted one by one.
#pragma once

#include <unordered_map>
#include <vector>

#include "cuda/operations.h"

namespace tessera::cuda {

// What a graph needs of the device.
class OperationRunner {
 public:
  virtual void run(const Operation& operation, OperationList& list) = 0;  // submits it to the stream
  virtual CUfunction function(const Operation& operation) = 0;            // a kernel's entry point

 protected:
  ~OperationRunner() = default;
};

class Graph {
 public:
  Graph() = default;
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  ~Graph() { destroy(); }

  // Submits the operations to the stream. Throws Error.
  void launch(OperationList& list, CUstream stream, OperationRunner& runner);
  void destroy() noexcept;

 private:
  bool patch(OperationList& list, OperationRunner& runner);
  void capture(OperationList& list, CUstream stream, OperationRunner& runner);

  OperationList last_;
  std::vector<CUgraphNode> nodes_;  // of each operation; null where the driver did not say
  CUgraph graph_ = nullptr;
  CUgraphExec executable_ = nullptr;
  bool capturable_ = true;
};

// The graphs of the recordings that were replayed last.
class Graphs {
 public:
  Graph& of(const void* recording);
  void clear() { entries_.clear(); }

 private:
  struct Entry {
    Graph graph;
    uint64_t used = 0;  // when
  };
  std::unordered_map<const void*, Entry> entries_;
  uint64_t clock_ = 0;
};

}  // namespace tessera::cuda
