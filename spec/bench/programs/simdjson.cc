// simdjson FILE TURNS: reads the answer of a batch read so many times with simdjson's On Demand, and prints what `decode`
// prints: its figures, the sum of ids and types of one reading, and the bytes read. It keeps no links.
#include <simdjson.h>

#include <cstdint>
#include <cstdlib>

extern "C" {
#include "figures.h"
}

struct total {
  uint64_t links = 0, sum = 0;
};

static void read_link(simdjson::ondemand::object link, uint64_t from, total &sum) {
  uint64_t to = uint64_t(int64_t(link["toObjectId"])), types = 0;
  for (simdjson::ondemand::object type : link["associationTypes"].get_array()) types += int64_t(type["typeId"]) > 0;
  sum.links++;
  sum.sum += (from * 31 + to) * (1 + types);
}

static total read(simdjson::ondemand::parser &parser, const simdjson::padded_string &text) {
  total sum;
  simdjson::ondemand::document answer = parser.iterate(text);
  for (simdjson::ondemand::object result : answer["results"].get_array()) {
    uint64_t from = result["from"]["id"].get_uint64_in_string();
    for (simdjson::ondemand::object link : result["to"].get_array()) read_link(link, from, sum);
  }
  return sum;
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  simdjson::padded_string text = simdjson::padded_string::load(arguments[1]);
  simdjson::ondemand::parser parser;
  total sum;
  long turns = std::strtol(arguments[2], nullptr, 10);
  figures begin = figures_begin();
  for (long turn = 0; turn < turns; turn++) sum = read(parser, text);
  figures_print(begin, sum.links * size_t(turns));
  std::printf(" %llu %zu\n", static_cast<unsigned long long>(sum.sum & INT64_MAX), text.size() * size_t(turns));
  return 0;
}
