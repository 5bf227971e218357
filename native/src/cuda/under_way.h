// The commands that were submitted since the device was last known to be well: a fault that shows is one of theirs.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace tessera::cuda {

class UnderWay {
 public:
  void add(const char* command) {
    if (!commands_.empty() && commands_.back() == command) return;
    if (commands_.size() >= kMost) commands_.erase(commands_.begin(), commands_.begin() + kMost / 2);
    commands_.push_back(command);
  }
  void clear() { commands_.clear(); }

  std::vector<const char*> distinct() const {
    std::vector<const char*> found;
    for (const char* command : commands_) {
      if (std::find(found.begin(), found.end(), command) == found.end()) found.push_back(command);
    }
    return found;
  }

 private:
  static constexpr size_t kMost = 64;  // that are remembered
  std::vector<const char*> commands_;
};

}  // namespace tessera::cuda
