#include "net/engine/line_splitter.hpp"

#include "net/engine/error.hpp"

namespace atalaya::net {

void line_splitter::feed(std::string_view bytes) {
  text_.erase(0, begin_);
  begin_ = 0;
  if (text_.size() > limit_)
    throw engine_error{engine_fault::protocol,
                       "engine: a line of its stream has more than "
                         + std::to_string(limit_) + " bytes"};
  text_ += bytes;
}

std::optional<std::string> line_splitter::next() {
  for (;;) {
    auto end = text_.find('\n', begin_);
    if (end == text_.npos)
      return std::nullopt;
    auto line = text_.substr(begin_, end - begin_);
    begin_ = end + 1;
    if (line.ends_with('\r'))
      line.pop_back();
    if (!line.empty())
      return line;
  }
}

} // namespace atalaya::net
