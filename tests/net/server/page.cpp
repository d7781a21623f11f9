#define CAF_SUITE server_page

#include "net/server/static_files.hpp"

#include "served.hpp"
#include "ui/page.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::test;

namespace {

constexpr auto script = "/assets/index-4f2a.js";

struct fixture {
  served server{{}, net::web::static_files{page_files()}};

  reply get(const std::string& target, const headers& fields = {}) {
    return server.fetch("GET", target, fields);
  }
};

const headers browser{{"Accept", "text/html,application/xhtml+xml"}};

} // namespace

CAF_TEST(the directory is in the binary with types and tags) {
  auto& files = page_files();
  CAF_REQUIRE_EQUAL(files.size(), 3u);
  CAF_CHECK_EQUAL(files[0].path, "assets/index-4f2a.js");
  CAF_CHECK_EQUAL(files[0].content_type, "text/javascript; charset=utf-8");
  CAF_CHECK(files[0].bytes.starts_with("// A page for tests.\n"));
  CAF_CHECK(files[0].bytes.ends_with("tower_59 = \"watch\";\n"));
  CAF_CHECK(files[0].gzip.starts_with("\x1f\x8b"));
  CAF_CHECK(files[0].gzip.size() < files[0].bytes.size() / 2);
  CAF_CHECK_EQUAL(files[0].etag.size(), 16u);
  CAF_CHECK_EQUAL(files[1].content_type, "image/svg+xml");
  CAF_CHECK(files[1].gzip.empty());
}

CAF_TEST_FIXTURE_SCOPE(page_tests, fixture)

CAF_TEST(a file comes as the client takes it) {
  auto plain = get(script);
  CAF_CHECK_EQUAL(plain.status, 200u);
  CAF_CHECK_EQUAL(plain.body, page_files()[0].bytes);
  CAF_CHECK_EQUAL(plain.headers.count("content-encoding"), 0u);
  auto packed = get(script, {{"Accept-Encoding", "deflate, gzip;q=0.8"}});
  CAF_CHECK_EQUAL(packed.headers["content-encoding"], "gzip");
  CAF_CHECK_EQUAL(packed.body, page_files()[0].gzip);
  CAF_CHECK_EQUAL(packed.headers["vary"], "Accept-Encoding");
  CAF_CHECK_EQUAL(packed.headers["content-type"],
                  "text/javascript; charset=utf-8");
  auto refused = get(script, {{"Accept-Encoding", "gzip;q=0"}});
  CAF_CHECK_EQUAL(refused.headers.count("content-encoding"), 0u);
}

CAF_TEST(a file that the client has is not sent again) {
  auto first = get(script, {{"Accept-Encoding", "gzip"}});
  auto etag = first.headers["etag"];
  auto again = get(script,
                   {{"Accept-Encoding", "gzip"}, {"If-None-Match", etag}});
  CAF_CHECK_EQUAL(again.status, 304u);
  CAF_CHECK_EQUAL(again.body, "");
  CAF_CHECK_EQUAL(again.headers["etag"], etag);
  CAF_CHECK_EQUAL(get(script, {{"If-None-Match", etag}}).status, 200u);
  auto weak = get(script, {{"Accept-Encoding", "gzip"},
                           {"If-None-Match", "\"x\", W/" + etag}});
  CAF_CHECK_EQUAL(weak.status, 304u);
}

CAF_TEST(only what has a hash in its name is kept without asking) {
  auto cache = [this](const std::string& target) {
    return get(target).headers["cache-control"];
  };
  CAF_CHECK_EQUAL(cache(script), "public, max-age=31536000, immutable");
  CAF_CHECK_EQUAL(cache("/icon.svg"), "no-cache");
  CAF_CHECK_EQUAL(cache("/"), "no-cache");
}

CAF_TEST(the page stands at every path that a browser asks for) {
  auto page = get("/");
  CAF_CHECK_EQUAL(page.headers["content-type"], "text/html; charset=utf-8");
  CAF_CHECK(page.body.find("src=\"/assets/index-4f2a.js\"")
            != std::string::npos);
  CAF_CHECK_EQUAL(get("/main/databases/prod", browser).body, page.body);
  CAF_CHECK_EQUAL(get("/index.html").body, page.body);
  CAF_CHECK_EQUAL(get("/main/databases/prod").status, 404u);
  CAF_CHECK_EQUAL(get("/assets/lost.js", browser).status, 404u);
  CAF_CHECK_EQUAL(get("/api/lost", browser).status, 404u);
  CAF_CHECK_EQUAL(get("/../../etc/passwd").status, 404u);
  CAF_CHECK_EQUAL(get("/", {{"If-None-Match", page.headers["etag"]}}).status,
                  304u);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(below a base path the links are too) {
  net::web::server_options options;
  options.base_path = "/atalaya/";
  served server{options, net::web::static_files{page_files()}};
  auto page = server.fetch("GET", "/atalaya/deep/down", browser);
  CAF_CHECK(page.body.find("src=\"/atalaya/assets/index-4f2a.js\"")
            != std::string::npos);
  CAF_CHECK(page.body.find("href=\"/atalaya/icon.svg\"") != std::string::npos);
  CAF_CHECK_EQUAL(server.fetch("GET", "/atalaya/icon.svg").status, 200u);
  CAF_CHECK_EQUAL(server.fetch("GET", "/icon.svg").status, 404u);
}
