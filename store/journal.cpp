#include "store/journal.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "actors/reflect/read_json.hpp"
#include "store/atomic_file.hpp"
#include "store/error.hpp"

namespace atalaya::store {

namespace {

constexpr auto extension = ".json";
constexpr auto max_size = uintmax_t{1} << 20;

journal_entry read_entry(const std::filesystem::path& file) {
  if (std::filesystem::file_size(file) > max_size)
    throw error{file.string() + ": larger than 1 MiB"};
  std::ifstream in{file, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  try {
    simdjson::ondemand::parser parser;
    return read_json<journal_entry>(parser, simdjson::padded_string{text});
  } catch (const json_error& e) {
    throw error{file.string() + ": " + e.message()};
  }
}

} // namespace

void journal::write(const journal_entry& x) const {
  std::string text;
  write_json(text, x);
  replace_file(file_of(x.operation), text);
}

void journal::remove(const std::string& operation) const {
  std::filesystem::remove(file_of(operation));
}

std::vector<journal_entry>
journal::read(std::vector<std::string>& problems) const {
  std::vector<journal_entry> result;
  for (const auto& x : std::filesystem::directory_iterator{folder_}) {
    // What ends otherwise was being written when the program died: what it
    // tells of was never made.
    if (x.path().extension() != extension)
      continue;
    try {
      result.push_back(read_entry(x.path()));
    } catch (const std::exception& e) {
      problems.emplace_back(e.what());
    }
  }
  std::ranges::sort(result, {}, &journal_entry::operation);
  return result;
}

std::filesystem::path journal::file_of(const std::string& operation) const {
  return folder_ / (operation + extension);
}

} // namespace atalaya::store
