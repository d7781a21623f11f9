#include "odoo/archive_proof.hpp"

#include <algorithm>

namespace atalaya::odoo {

namespace {

constexpr auto kept = size_t{4096};

constexpr auto trailer
  = std::string_view{"\n-- PostgreSQL database dump complete\n"};

/// Without comments and empty lines, each ended by a line feed.
std::string statements(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.empty() && !line.starts_with("--"))
      result.append(line).append("\n");
  }
  return result;
}

/// Empty where the first statement is no \restrict.
std::string restrict_token(std::string_view head) {
  constexpr auto command = std::string_view{"\\restrict "};
  auto first = statements(head);
  first.resize(std::min(first.find('\n'), first.size()));
  return first.starts_with(command) ? first.substr(command.size()) : "";
}

} // namespace

void dump_proof::update(std::string_view piece) {
  if (head_.size() < kept)
    head_ += piece.substr(0, kept - head_.size());
  if (piece.size() >= kept) {
    tail_ = piece.substr(piece.size() - kept);
    return;
  }
  tail_ += piece;
  if (tail_.size() > kept)
    tail_.erase(0, tail_.size() - kept);
}

std::string dump_proof::problem() const {
  auto at = tail_.rfind(trailer);
  if (at == std::string::npos)
    return "is cut short: the line \"-- PostgreSQL database dump complete\" "
           "is missing at its end";
  auto rest = statements(std::string_view{tail_}.substr(at + trailer.size()));
  auto token = restrict_token(head_);
  if (token.empty())
    return rest.empty() ? "" : "goes on after its end";
  if (rest == "\\unrestrict " + token + "\n")
    return {};
  return rest.empty() ? "is cut short: its last line, \\unrestrict, is missing"
                      : "doesn't end with the \\unrestrict of its \\restrict";
}

} // namespace atalaya::odoo
