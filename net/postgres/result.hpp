#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct pg_result;

namespace atalaya::net::pg {

/// What a query answered, values as PostgreSQL writes them in text.
/// REQUIRES: row < rows() and column < columns() wherever they are named.
class result {
public:
  /// Takes over `raw`.
  explicit result(pg_result* raw);

  int rows() const;

  int columns() const;

  bool null(int row, int column) const;

  /// The value's text, "" for null. Lives as long as this result.
  std::string_view text(int row, int column) const;

  std::optional<std::string> optional_text(int row, int column) const;

  /// A boolean; false for null.
  bool flag(int row, int column) const;

  /// A whole number, not negative; 0 for null and for what isn't one.
  uint64_t number(int row, int column) const;

private:
  struct clear {
    void operator()(pg_result* ptr) const;
  };

  std::unique_ptr<pg_result, clear> raw_;
};

} // namespace atalaya::net::pg
