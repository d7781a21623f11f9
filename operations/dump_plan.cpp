#include "operations/dump_plan.hpp"

#include <algorithm>

namespace atalaya {

namespace {

/// A name as it may stand in a comment: a line feed would end that.
std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  std::ranges::replace(text, '\r', ' ');
  return text;
}

std::string heading(std::string_view prefix, const std::string& name,
                    std::string_view type, const std::string& schema) {
  return "--\n-- " + std::string{prefix} + one_line(name)
         + "; Type: " + std::string{type} + "; Schema: " + one_line(schema)
         + "; Owner: -\n--\n\n";
}

/// `text` as an SQL literal; standard_conforming_strings is on in a dump.
std::string literal(const std::string& text) {
  std::string result = "'";
  for (auto c : text)
    result += c == '\'' ? "''" : std::string(1, c);
  return result + '\'';
}

std::string page(uint64_t number) {
  return "'(" + std::to_string(number) + ",0)'::pg_catalog.tid";
}

} // namespace

std::string_view sentence(slow_reason x) {
  switch (x) {
    case slow_reason::large_objects:
      return "it holds large objects";
    case slow_reason::extension_tables:
      return "an extension keeps tables or sequences in it";
    case slow_reason::row_security:
      return "a table has row security";
    case slow_reason::foreign_tables:
      return "it has foreign tables";
    case slow_reason::unlogged_tables:
      return "it has unlogged tables or sequences";
    case slow_reason::hash_partitions:
      return "a table is partitioned by hash";
    case slow_reason::access_method:
      return "a table is kept by another access method than heap";
    case slow_reason::restricted_owner:
      return "an owner has lost privileges on what is his, which a restore "
             "needs before the rows are in";
    case slow_reason::encoding:
      return "its encoding is not UTF-8";
    case slow_reason::large_schema:
      return "its schema is too large to be held in memory";
    case slow_reason::locked_tables:
      return "others lock its tables again and again";
  }
  return "";
}

uint64_t
pages_of_piece(const dump_table& x, int server_version, uint64_t piece_bytes) {
  constexpr auto has_tid_range_scans = 140000;
  if (server_version < has_tid_range_scans || x.columns.empty()
      || x.bytes / 2 < piece_bytes || x.pages < 2)
    return 0;
  auto pieces = x.bytes / piece_bytes;
  return std::max<uint64_t>(1, x.pages / pieces);
}

std::optional<dump_piece>
piece_of(const dump_table& x, uint64_t pages_a_piece, uint64_t index) {
  if (pages_a_piece == 0)
    return index == 0 ? std::optional{dump_piece{}} : std::nullopt;
  auto first = index * pages_a_piece;
  if (first >= x.pages)
    return std::nullopt;
  dump_piece result{first, first + pages_a_piece};
  if (*result.end_page >= x.pages)
    result.end_page.reset();
  return result;
}

std::string copy_query(const dump_table& x, const dump_piece& piece) {
  auto columns = x.columns.empty() ? "" : "(" + x.columns + ") ";
  if (!piece.first_page)
    return "COPY " + x.quoted + ' ' + columns + "TO STDOUT";
  auto query = "COPY (SELECT " + x.columns + " FROM ONLY " + x.quoted
               + " WHERE ctid OPERATOR(pg_catalog.>=) "
               + page(*piece.first_page);
  if (piece.end_page)
    query += " AND ctid OPERATOR(pg_catalog.<) " + page(*piece.end_page);
  return query + ") TO STDOUT";
}

std::string copy_head(const dump_table& x) {
  auto columns = x.columns.empty() ? " " : " (" + x.columns + ")";
  return heading("Data for Name: ", x.name, "TABLE DATA", x.schema) + "COPY "
         + x.quoted + columns + " FROM stdin;\n";
}

std::string_view copy_tail() {
  return "\\.\n\n\n";
}

std::string sequence_block(const dump_sequence& x, std::string_view last_value,
                           bool called) {
  return heading("Name: ", x.name, "SEQUENCE SET", x.schema)
         + "SELECT pg_catalog.setval(" + literal(x.quoted) + ", "
         + std::string{last_value} + ", " + (called ? "true" : "false")
         + ");\n\n\n";
}

} // namespace atalaya
