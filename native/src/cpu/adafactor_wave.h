// A wave of Adafactor's tensors: which of them are stepped together, and where each finds its own in the memory they share.
#pragma once

#include <stdint.h>

#include "adafactor_plan.h"
#include "cpu/kernel.h"

namespace tessera::TESSERA_ISA::factored {

constexpr uint64_t kWave = uint64_t{1} << 20;  // elements

// What the first pass finds out about a piece, and about a block of columns.
struct PieceSums {
  double updates, parameters;
  float leastRow;
};

struct BlockSums {
  double updates;
  float leastColumn;
};

// A tensor of a wave, whose numbers of first pieces, blocks and so on are those within the wave.
struct Part : FactoredTensor {
  uint32_t segment = 0;
  FactoredRate rate{};
  bool exact = false;
};

struct Pieces {
  static uint64_t first(const Part& t) { return t.firstPiece; }
  static uint64_t count(const Part& t) { return t.pieces(); }
};

struct Blocks {
  static uint64_t first(const Part& t) { return t.firstBlock; }
  static uint64_t count(const Part& t) { return t.blocks(); }
};

// Sizes of what the parts of a wave share.
struct WaveSizes {
  uint64_t elements = 0, pieces = 0, blocks = 0, sums = 0, columns = 0, means = 0;

  // Places a tensor behind those before it.
  void place(FactoredTensor& t) {
    t.firstPiece = pieces, t.firstBlock = blocks, t.firstSum = sums, t.firstColumn = columns, t.firstMean = means;
    elements += t.length;
    pieces += t.pieces();
    blocks += t.blocks();
    sums += t.pieces() * t.sums();
    columns += t.kind == 0 ? 0 : t.matrices() * t.width();
    means += t.kind == 0 ? 0 : t.matrices() * t.side;
  }
  void cover(const WaveSizes& other) {
    const auto larger = [](uint64_t& x, uint64_t y) { x = x < y ? y : x; };
    larger(pieces, other.pieces), larger(blocks, other.blocks), larger(sums, other.sums);
    larger(columns, other.columns), larger(means, other.means);
  }
};

}  // namespace tessera::TESSERA_ISA::factored
