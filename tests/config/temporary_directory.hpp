#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace atalaya {

/// A new directory that goes away with its object.
class temporary_directory {
public:
  temporary_directory() {
    auto name
      = (std::filesystem::temp_directory_path() / "atalaya-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw std::runtime_error{"no temporary directory can be made"};
    path_ = name;
  }

  temporary_directory(const temporary_directory&) = delete;

  temporary_directory& operator=(const temporary_directory&) = delete;

  ~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const {
    return path_;
  }

  /// Writes a file of this name and returns its path.
  std::filesystem::path write(std::string_view name, std::string_view text) {
    auto file = path_ / name;
    std::ofstream{file, std::ios::binary} << text;
    return file;
  }

private:
  std::filesystem::path path_;
};

} // namespace atalaya
