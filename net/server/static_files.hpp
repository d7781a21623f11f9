#pragma once

#include <map>
#include <string>
#include <string_view>

#include "net/server/answer.hpp"
#include "net/server/request.hpp"

namespace atalaya::net::web {

/// A file in the binary; the views live as long as the program.
struct static_file {
  std::string_view path; ///< "assets/index-4f2a.js"
  std::string_view content_type;
  std::string_view bytes;
  std::string_view gzip;   ///< Empty where it would not be smaller.
  std::string_view brotli; ///< Empty where there was no brotli at build time.
  std::string_view etag;   ///< Of the bytes, without quotes.
};

/// The page, served from memory.
///
/// Everything below assets/ has a hash in its name and never changes. The
/// page itself (index.html) is given for every path that a browser asks to
/// see as a page; its relative links ("./…") are made absolute below the base
/// path, so that it can stand at any depth.
class static_files {
public:
  static_files() = default;

  /// Takes any list of things with the members of `static_file`.
  template <class Range>
  explicit static_files(const Range& xs) {
    for (auto& x : xs)
      add({x.path, x.content_type, x.bytes, x.gzip, x.brotli, x.etag});
  }

  /// Makes the page's relative links absolute: once, before the first `get`.
  void set_base(const std::string& base_path);

  /// The answer to a GET or HEAD of anything that is not the API's.
  answer get(const request& req) const;

private:
  void add(const static_file& x);

  answer page(const request& req) const;

  std::map<std::string_view, static_file> files_;
  std::string index_;
  std::string index_etag_;
};

} // namespace atalaya::net::web
