#define CAF_SUITE reflect

#include "actors/events.hpp"
#include "actors/reflect/read_json.hpp"
#include "actors/reflect/write_json.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace std::chrono_literals;

namespace {

template <class T = command>
std::string read(std::string text) {
  simdjson::ondemand::parser parser;
  simdjson::padded_string padded{text};
  try {
    return "fine: " + to_json(read_json<T>(parser, padded));
  } catch (const json_error& e) {
    return e.message();
  }
}

} // namespace

CAF_TEST(names that C++ keeps for itself lose their underscore) {
  CAF_CHECK_EQUAL(to_json(disk{disk_use::backups, 1, 2}),
                  R"({"for":"backups","total":1,"free":2})");
  CAF_CHECK_EQUAL(to_string(role::operator_), "operator");
  role x{};
  CAF_CHECK(from_string("operator", x) && x == role::operator_);
  CAF_CHECK(!from_string("operator_", x));
}

CAF_TEST(what was written is read again) {
  backup x;
  x.id = "línea \"uno\"\n\x01";
  x.verified = proof{timestamp{1795355029120ms}, true, proof_kind::restored,
                     ""};
  x.duration = 61500ms;
  x.copies = {"a", "b"};
  simdjson::ondemand::parser parser;
  simdjson::padded_string text{to_json(x)};
  CAF_CHECK(read_json<backup>(parser, text) == x);
}

CAF_TEST(times are RFC 3339 in UTC) {
  CAF_CHECK_EQUAL(to_json(timestamp{1795355029120ms}),
                  R"("2026-11-22T13:43:49.120Z")");
  CAF_CHECK(parse_rfc3339("2026-11-22T15:43:49.12+02:00")
            == timestamp{1795355029120ms});
  for (auto wrong : {"", "2026", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z",
                     "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z",
                     "2026-01-01T00:00:00+0200", "2026-01-01T00:00:00Zx"})
    CAF_CHECK(!parse_rfc3339(wrong));
}

CAF_TEST(the reader says what is wrong and where) {
  CAF_CHECK_EQUAL(read(R"({"subscribe":"a","affter":1})"),
                  "affter: unknown key");
  CAF_CHECK_EQUAL(read(R"({"subscribe":1})"), "subscribe: must be a text");
  CAF_CHECK_EQUAL(read(R"({"after":-1})"),
                  "after: must be a whole number, not negative");
  CAF_CHECK_EQUAL(read(R"({"tail":4294967296})"), "tail: is out of range");
  CAF_CHECK_EQUAL(read(R"({"tail":1,"tail":2})"), "tail: is there twice");
  CAF_CHECK_EQUAL(read<removal>(R"({"topic":"a","seq":1})"), "key: is missing");
  CAF_CHECK_EQUAL(read<database>(R"({"sizes":{"total":"x"}})"),
                  "sizes.total: must be a whole number, not negative");
  CAF_CHECK_EQUAL(read<backup>(R"({"verified":{"how":"guess"}})"),
                  "verified.how: unknown value \"guess\"");
}

CAF_TEST(no malformed text is taken for a command) {
  for (auto text :
       {"", "[]", "1", "null", "{", "{\"subscribe\"", "{}{}",
        "{\"subscribe\":\"\xff\"}", "{\"tail\":1} x", "{\"tail\":nul}",
        "{\"tail\":[1}", "{\"subscribe\":\"a}", "{tail:1}", "{\"tail\":1,}",
        "{\"tail\" 1}", "{\"tail\":01}", "{\"tail\":1 \"after\":2}", "{,}",
        "{\"tail\":}"})
    CAF_CHECK(!read(text).starts_with("fine"));
  CAF_CHECK(read("{\"t\\u0061il\":7}").starts_with("fine"));
}
