#define CAF_SUITE odoo_manifest

#include "odoo/manifest.hpp"

#include "archive_fixture.hpp"

using namespace atalaya::odoo;
using namespace atalaya::test;

namespace {

struct fixture : archive_fixture {
  manifest x{
    "prod", "19.0-20260723", {19, 0, 0, "final", 0, ""},
    "19.0", "15.0",          {{"base", "19.0.1.3"}, {"web", "19.0.1.0"}}};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(manifest_tests, fixture)

CAF_TEST(it is written to the byte as Python writes it for Odoo) {
  x.db_name = "ñandú \"x\" \\ / \b\f\n\r\t \x01\x1f\x7f 日本 😀";
  x.modules.emplace_back("half", std::nullopt);
  auto odoo = R"(
import json, sys
json.dump({
    'odoo_dump': '1',
    'db_name': 'ñandú "x" \\ / \b\f\n\r\t \x01\x1f\x7f 日本 😀',
    'version': '19.0-20260723',
    'version_info': [19, 0, 0, 'final', 0, ''],
    'major_version': '19.0',
    'pg_version': '%d.%d' % divmod(150018 / 100, 100),
    'modules': {'base': '19.0.1.3', 'web': '19.0.1.0', 'half': None},
}, sys.stdout, indent=4)
)";
  CAF_CHECK_EQUAL(write_manifest(x), run("python3 -X utf8 -", odoo));
  CAF_CHECK(read_manifest(write_manifest(x)) == x);
  x.modules.clear();
  CAF_CHECK(has(write_manifest(x), "\"modules\": {}\n}"));
}

CAF_TEST(the version of PostgreSQL is counted as Odoo counts) {
  for (auto version : {150018, 170005, 100023, 90624, 180000})
    CAF_CHECK_EQUAL(manifest_pg_version(version) + "\n",
                    run("python3 -", "print('%d.%d' % divmod("
                                       + std::to_string(version)
                                       + " / 100, 100))"));
}

CAF_TEST(manifests of all releases are read) {
  auto old = read_manifest(R"({"odoo_dump": "1", "db_name": "old",
    "version": "14.0", "version_info": [14, 0, 0, "final", 0, ""],
    "major_version": "14.0", "pg_version": "13.0",
    "modules": {"base": "14.0.1.3"}, "new_key": [1, {"a": null}]})");
  CAF_CHECK_EQUAL(old.db_name, "old");
  CAF_CHECK_EQUAL(old.modules.size(), 1u);
  auto saas = read_manifest(R"({"version": "saas~18.2",
    "version_info": ["saas~18", 2, 0, "final", 0, ""]})");
  CAF_CHECK(saas.version_info.front()
            == (std::variant<int64_t, std::string>{"saas~18"}));
  CAF_CHECK_EQUAL(saas.db_name, "");
  CAF_CHECK(read_manifest("{}") == manifest{});
}

CAF_TEST(what is no manifest is refused) {
  auto refused = [](std::string_view json) {
    return problem_of([&] { read_manifest(json); });
  };
  for (auto json : {"", "[]", "1", "{", "{\"db_name\": \"\xff\"}"})
    CAF_CHECK(has(refused(json), "not a JSON object"));
  CAF_CHECK(has(refused("{\"db_name\": 5}"), "\"db_name\""));
  CAF_CHECK(has(refused("{\"version_info\": {}}"), "\"version_info\""));
  CAF_CHECK(has(refused("{\"modules\": [1]}"), "\"modules\""));
  CAF_CHECK(has(refused("{\"modules\": {\"base\": 1}}"), "\"modules\""));
  CAF_CHECK(has(refused(std::string(17 << 20, ' ')), "larger"));
  CAF_CHECK(!refused(std::string(100'000, '[')).empty());
}

CAF_TEST(text that is not UTF - 8 can not be written) {
  x.db_name = "caf\xe9";
  CAF_CHECK(has(problem_of([&] { write_manifest(x); }), "not UTF-8"));
}

CAF_TEST_FIXTURE_SCOPE_END()
