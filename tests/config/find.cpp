#define CAF_SUITE config_find

#include "config/find.hpp"

#include <stdlib.h>

#include "tests/config/temporary_directory.hpp"

#include <caf/test/dsl.hpp>

using atalaya::config::find_file;

namespace {

struct fixture {
  fixture() {
    unsetenv("ATALAYA_CONFIG");
  }

  atalaya::temporary_directory dir;
  std::filesystem::path usual = dir.write("usual.toml", "");
  std::filesystem::path absent = dir.path() / "absent.toml";
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(find_tests, fixture)

CAF_TEST(what the option names comes before all else) {
  setenv("ATALAYA_CONFIG", "/variable.toml", 1);
  CAF_CHECK(find_file("/option.toml", usual) == "/option.toml");
}

CAF_TEST(the variable comes before the usual place) {
  setenv("ATALAYA_CONFIG", "/variable.toml", 1);
  CAF_CHECK(find_file("", usual) == "/variable.toml");
}

CAF_TEST(an empty variable is none) {
  setenv("ATALAYA_CONFIG", "", 1);
  CAF_CHECK(find_file("", usual) == usual);
}

CAF_TEST(the usual place counts only where there is a file) {
  CAF_CHECK(find_file("", usual) == usual);
  CAF_CHECK(find_file("", absent) == std::nullopt);
}

CAF_TEST_FIXTURE_SCOPE_END()
