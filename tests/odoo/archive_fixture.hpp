#pragma once

// A folder of its own for each test, archives made by us, and others' programs
// to read them.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <caf/test/dsl.hpp>

#include "odoo/digest.hpp"
#include "odoo/filestore_folder.hpp"
#include "odoo/zip_files.hpp"
#include "odoo/zip_writer.hpp"

namespace atalaya::test {

namespace fs = std::filesystem;

constexpr auto a_time = std::time_t{1'790'000'000}; // 2026-09-21

struct archive_fixture {
  archive_fixture() {
    std::string name = fs::temp_directory_path() / "atalaya-archive-XXXXXX";
    if (!mkdtemp(name.data()))
      CAF_FAIL("no temporary folder");
    root = name;
    path = root / "backup.zip";
  }

  ~archive_fixture() {
    fs::remove_all(root);
  }

  static odoo::descriptor create(const fs::path& x) {
    return odoo::descriptor{
      open(x.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  }

  static odoo::descriptor open_file(const fs::path& x) {
    return odoo::descriptor{open(x.c_str(), O_RDONLY | O_CLOEXEC)};
  }

  static std::string read_file(const fs::path& x) {
    std::ifstream in{x, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  static void write_file(const fs::path& x, std::string_view content) {
    fs::create_directories(x.parent_path());
    std::ofstream{x, std::ios::binary}.write(
      content.data(), static_cast<std::streamsize>(content.size()));
  }

  static std::string sha1(std::string_view x) {
    odoo::digest by{odoo::digest::algorithm::sha1};
    by.update(x);
    return by.hex();
  }

  /// What no compressor makes smaller, the same for the same seed.
  static std::string noise(size_t length, unsigned seed) {
    std::mt19937_64 from{seed};
    std::string result;
    while (result.size() < length) {
      auto x = from();
      result.append(reinterpret_cast<const char*>(&x), sizeof(x));
    }
    result.resize(length);
    return result;
  }

  /// Lines as a dump has them.
  static std::string rows(size_t length, unsigned seed) {
    std::mt19937_64 from{seed};
    std::string result;
    while (result.size() < length)
      result += std::to_string(from() % 100'000) + "\tAzure Interior\t\\N\tt\t"
                + std::to_string(from() % 1000) + ".50\t2026-11-0"
                + std::to_string(from() % 9) + "\n";
    result.resize(length);
    return result;
  }

  static std::string attachment_name(std::string_view content) {
    auto hash = sha1(content);
    return "filestore/" + hash.substr(0, 2) + "/" + hash;
  }

  /// Adds files as a backup does; they are written to a folder before.
  std::vector<odoo::zipped_file>
  add_files(odoo::zip_writer& to,
            const std::map<std::string, std::string>& contents,
            const odoo::zip_files_options& options = {}) {
    for (const auto& [name, content] : contents)
      write_file(root / "files" / name, content);
    std::vector<odoo::zipped_file> result;
    auto i = contents.begin();
    odoo::zip_files(
      to,
      [&]() -> std::optional<odoo::file_to_zip> {
        if (i == contents.end())
          return std::nullopt;
        auto name = (i++)->first;
        return odoo::file_to_zip{name, open_file(root / "files" / name)};
      },
      [&](odoo::zipped_file x) { result.push_back(std::move(x)); }, options);
    return result;
  }

  /// Gives a program's script on standard input and returns its output, and
  /// "exit N" where it fails.
  std::string run(const std::string& command, std::string_view input = {}) {
    write_file(root / "input", input);
    auto line = command + " < " + (root / "input").string() + " 2>&1";
    auto pipe = popen(line.c_str(), "r");
    std::string result;
    char buffer[4096];
    while (auto n = fread(buffer, 1, sizeof(buffer), pipe))
      result.append(buffer, n);
    if (auto status = pclose(pipe))
      result += "exit " + std::to_string(status);
    return result;
  }

  /// The what() of what `f` throws; empty if nothing.
  static std::string problem_of(const std::function<void()>& f) {
    try {
      f();
    } catch (const std::exception& e) {
      return e.what();
    }
    return {};
  }

  static bool has(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
  }

  fs::path root;
  fs::path path;
};

} // namespace atalaya::test
