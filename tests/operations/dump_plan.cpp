#define CAF_SUITE dump_plan

#include "operations/dump_plan.hpp"

#include "operations/dump_text.hpp"
#include "operations/failure.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;

namespace {

dump_table table(uint64_t pages, uint64_t bytes, std::string columns = "id") {
  return {1, "public", "t", "public.t", std::move(columns), pages, bytes};
}

constexpr auto mega = uint64_t{1} << 20;

const std::string head = "--\n-- PostgreSQL database dump\n--\n\n"
                         "\\restrict abc\n\n-- Dumped by\n\n"
                         "SET row_security = off;\n";
const std::string body = "\nSET default_tablespace = '';\n\nCREATE TABLE x ();"
                         "\n\n\n";
const std::string trailer = "--\n-- PostgreSQL database dump complete\n--\n\n"
                            "\\unrestrict abc\n\n";

std::string refusal(const std::string& text) {
  try {
    take_apart(text);
    return "";
  } catch (const operation_failure& e) {
    return e.what();
  }
}

} // namespace

CAF_TEST(the pieces of a table hold each page once and the last is open) {
  for (uint64_t pages : {2u, 3u, 100u, 1023u, 1024u, 1025u, 9999u}) {
    auto x = table(pages, 64 * mega);
    auto size = pages_of_piece(x, 150000, 4 * mega);
    uint64_t next = 0;
    std::optional<dump_piece> last;
    for (uint64_t i = 0; auto piece = piece_of(x, size, i); ++i) {
      CAF_REQUIRE(piece->first_page.has_value());
      CAF_CHECK_EQUAL(*piece->first_page, next);
      next = piece->end_page.value_or(pages);
      CAF_CHECK(next > *piece->first_page);
      CAF_CHECK(!last || last->end_page);
      last = piece;
    }
    CAF_REQUIRE(last.has_value());
    CAF_CHECK_EQUAL(next, pages);
    CAF_CHECK(!last->end_page);
  }
}

CAF_TEST(wide rows make pieces of few pages) {
  CAF_CHECK_EQUAL(pages_of_piece(table(1024, 8 * mega), 150000, 4 * mega),
                  512u);
  CAF_CHECK_EQUAL(pages_of_piece(table(1024, 800 * mega), 150000, 4 * mega),
                  5u);
  CAF_CHECK_EQUAL(pages_of_piece(table(3, 800 * mega), 150000, 4 * mega), 1u);
}

CAF_TEST(a table is one piece where splitting does not pay or can not be done) {
  CAF_CHECK_EQUAL(pages_of_piece(table(1000, 7 * mega), 150000, 4 * mega), 0u);
  CAF_CHECK_EQUAL(pages_of_piece(table(9999, 80 * mega), 130000, 4 * mega), 0u);
  CAF_CHECK_EQUAL(pages_of_piece(table(9999, 80 * mega, ""), 150000, 4 * mega),
                  0u);
  auto whole = piece_of(table(0, 0), 0, 0);
  CAF_REQUIRE(whole.has_value());
  CAF_CHECK(!whole->first_page && !whole->end_page);
  CAF_CHECK(!piece_of(table(0, 0), 0, 1));
}

CAF_TEST(rows are asked for and announced as pg_dump does) {
  auto x = table(9, 9, "id, \"a b\"");
  CAF_CHECK_EQUAL(copy_query(x, {}), "COPY public.t (id, \"a b\") TO STDOUT");
  CAF_CHECK_EQUAL(copy_query(x, {4, 8}),
                  "COPY (SELECT id, \"a b\" FROM ONLY public.t WHERE ctid "
                  "OPERATOR(pg_catalog.>=) '(4,0)'::pg_catalog.tid AND ctid "
                  "OPERATOR(pg_catalog.<) '(8,0)'::pg_catalog.tid) TO STDOUT");
  CAF_CHECK_EQUAL(copy_query(x, {8, std::nullopt}),
                  "COPY (SELECT id, \"a b\" FROM ONLY public.t WHERE ctid "
                  "OPERATOR(pg_catalog.>=) '(8,0)'::pg_catalog.tid) "
                  "TO STDOUT");
  CAF_CHECK_EQUAL(copy_query(table(0, 0, ""), {}), "COPY public.t TO STDOUT");
  x.name = "two\nlines\r";
  CAF_CHECK_EQUAL(copy_head(x),
                  "--\n-- Data for Name: two lines ; Type: TABLE DATA; "
                  "Schema: public; Owner: -\n--\n\n"
                  "COPY public.t (id, \"a b\") FROM stdin;\n");
  CAF_CHECK(copy_head(table(0, 0, ""))
              .ends_with("COPY public.t  FROM stdin;"
                         "\n"));
}

CAF_TEST(sequences are set as pg_dump does) {
  CAF_CHECK_EQUAL(
    sequence_block({"public", "it's", "public.\"it's\""}, "-9", false),
    "--\n-- Name: it's; Type: SEQUENCE SET; Schema: public; "
    "Owner: -\n--\n\n"
    "SELECT pg_catalog.setval('public.\"it''s\"', -9, false);"
    "\n\n\n");
}

CAF_TEST(a dump is taken apart without losing a byte) {
  auto text = head + body + trailer;
  auto x = take_apart(text);
  CAF_CHECK_EQUAL(x.head, head);
  CAF_CHECK_EQUAL(x.body, body);
  CAF_CHECK_EQUAL(x.trailer, trailer);
}

CAF_TEST(what is cut anywhere is no dump) {
  auto text = head + body + trailer;
  CAF_CHECK_EQUAL(refusal(text), "");
  for (size_t i = 0; i < text.size(); ++i)
    if (refusal(text.substr(0, i)).empty())
      CAF_ERROR("whole when cut at " << i);
}

CAF_TEST(another token or something behind the end is no dump) {
  CAF_CHECK(!refusal(head + body + trailer + "DROP TABLE x;\n").empty());
  auto other = trailer;
  other.replace(other.find("abc"), 3, "xyz");
  CAF_CHECK(!refusal(head + body + other).empty());
  CAF_CHECK(!refusal(body + trailer).empty());
}
