#pragma once

#include <string_view>
#include <vector>

namespace atalaya {

/// A file of the page, kept in the binary by embed_directory
/// (cmake/embed.cmake).
struct page_file {
  std::string_view path; ///< Below the built page: "assets/index-4f2a.js".
  std::string_view content_type;
  std::string_view bytes;
  std::string_view gzip;   ///< Empty where it would not be smaller.
  std::string_view brotli; ///< Empty where brotli was not at hand.
  std::string_view etag;   ///< Of the bytes.
};

/// All files of the page, sorted by path.
const std::vector<page_file>& page_files();

} // namespace atalaya
