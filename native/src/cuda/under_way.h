// The commands that were submitted since the device was last known to be well: a fault that shows is one of theirs.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "runtime/error.h"

namespace tessera::cuda {

class UnderWay {
 public:
  void add(const Command& command) {
    if (!commands_.empty() && commands_.back() == command) return;
    if (commands_.size() >= kMost) commands_.erase(commands_.begin(), commands_.begin() + kMost / 2);
    commands_.push_back(command);
  }
  void clear() { commands_.clear(); }

  // The failure that `what` is, with `hint` where one of several commands met it.
  Failure failure(const std::string& what, const char* hint) const {
    std::vector<Command> commands;
    std::vector<std::string> names;
    for (const Command& command : commands_) {
      if (std::find(commands.begin(), commands.end(), command) == commands.end()) commands.push_back(command);
      if (std::find(names.begin(), names.end(), command.name) == names.end()) names.push_back(command.name);
    }
    std::string op = names.size() > 1 ? "one of " : "";
    for (size_t i = 0; i < names.size(); ++i) op += (i == 0 ? "" : ", ") + names[i];
    return {"DEVICE", op, (op.empty() ? "" : op + ": ") + what + "." + (commands.size() > 1 ? hint : ""), commands};
  }

 private:
  static constexpr size_t kMost = 64;  // that are remembered
  std::vector<Command> commands_;
};

}  // namespace tessera::cuda
