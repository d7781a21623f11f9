#include "net/postgres/result.hpp"

#include <charconv>

#include <libpq-fe.h>

namespace atalaya::net::pg {

void result::clear::operator()(pg_result* ptr) const {
  PQclear(ptr);
}

result::result(pg_result* raw) : raw_(raw) {
  // nop
}

int result::rows() const {
  return PQntuples(raw_.get());
}

int result::columns() const {
  return PQnfields(raw_.get());
}

bool result::null(int row, int column) const {
  return PQgetisnull(raw_.get(), row, column) != 0;
}

std::string_view result::text(int row, int column) const {
  return {PQgetvalue(raw_.get(), row, column),
          static_cast<size_t>(PQgetlength(raw_.get(), row, column))};
}

std::optional<std::string> result::optional_text(int row, int column) const {
  if (null(row, column))
    return std::nullopt;
  return std::string{text(row, column)};
}

bool result::flag(int row, int column) const {
  return text(row, column) == "t";
}

uint64_t result::number(int row, int column) const {
  auto digits = text(row, column);
  uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

} // namespace atalaya::net::pg
