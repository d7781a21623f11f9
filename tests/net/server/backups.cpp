#define CAF_SUITE server_backups

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "net/server/api/handlers.hpp"
#include "served.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::test;

namespace fs = std::filesystem;

namespace {

constexpr auto path = "/api/instances/main/backups/b1";
constexpr auto file_path = "/api/instances/main/backups/b1/file";

struct fixture {
  fixture() {
    std::string name = fs::temp_directory_path() / "atalaya-download-XXXXXX";
    if (!mkdtemp(name.data()))
      CAF_FAIL("no temporary folder");
    folder = name;
    for (auto i = 0; content.size() < 2'000'000; ++i)
      content += std::to_string(i) + ' ';
    write(content);
    backup_place known;
    known.backup.id = "b1";
    known.backup.filename = "Café \"1\".zip";
    known.path = folder / "x.zip";
    server.known->locked([&](world& w) { w.backup = known; });
  }

  ~fixture() {
    fs::remove_all(folder);
  }

  void write(const std::string& text) const {
    std::ofstream{folder / "x.zip", std::ios::binary} << text;
  }

  reply download(const headers& more = {}, const std::string& method = "GET") {
    return server.fetch(method, file_path, bearer("operator") + more);
  }

  reply send(const std::string& method, const std::string& target,
             const std::string& body, const std::string& who) {
    headers json{{"Content-Type", "application/json"}};
    return server.fetch(method, target, bearer(who) + json, body);
  }

  std::vector<operation_request> requests() {
    return server.known->locked([](world& w) { return w.requests; });
  }

  served server;
  fs::path folder;
  std::string content;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(backups_tests, fixture)

CAF_TEST(a backup is downloaded whole under its name) {
  auto all = download();
  CAF_CHECK_EQUAL(all.status, 200u);
  CAF_CHECK(all.body == content);
  CAF_CHECK_EQUAL(all.headers["content-type"], "application/zip");
  CAF_CHECK_EQUAL(all.headers["content-length"],
                  std::to_string(content.size()));
  CAF_CHECK_EQUAL(all.headers["accept-ranges"], "bytes");
  CAF_CHECK_EQUAL(all.headers["content-disposition"],
                  "attachment; filename=\"Caf____1_.zip\"; "
                  "filename*=UTF-8''Caf%C3%A9%20%221%22.zip");
}

CAF_TEST(a large backup comes whole and a client may go away before its end) {
  for (size_t step = 7; content.size() < 40'000'000; step += 2)
    content += content.substr(0, content.size() - step);
  write(content);
  CAF_CHECK(download().body == content);
  for (auto i = 0; i < 5; ++i) {
    auto seen = server.raw("GET " + std::string{file_path}
                             + " HTTP/1.1\r\nHost: a\r\n"
                               "Authorization: Bearer operator\r\n\r\n",
                           "\r\n\r\n");
    CAF_CHECK(seen.starts_with("HTTP/1.1 200"));
  }
  auto last = download({{"Range", "bytes=20000000-39999999"}});
  CAF_CHECK(last.body == content.substr(20'000'000, 20'000'000));
}

CAF_TEST(a part can be had and joins to the whole) {
  auto first = download({{"Range", "bytes=0-999999"}});
  auto rest = download({{"Range", "bytes=1000000-"}});
  CAF_CHECK_EQUAL(first.status, 206u);
  CAF_CHECK_EQUAL(first.headers["content-range"],
                  "bytes 0-999999/" + std::to_string(content.size()));
  CAF_CHECK(first.body + rest.body == content);
  auto beyond = download({{"Range", "bytes=99999999-"}});
  CAF_CHECK_EQUAL(beyond.status, 416u);
  CAF_CHECK_EQUAL(beyond.headers["content-range"],
                  "bytes */" + std::to_string(content.size()));
}

CAF_TEST(a part of a file that is another one by now is the whole) {
  auto tag = download({}, "HEAD").headers["etag"];
  headers part{{"Range", "bytes=0-9"}, {"If-Range", tag}};
  CAF_CHECK_EQUAL(download(part).status, 206u);
  write("another file");
  auto changed = download(part);
  CAF_CHECK_EQUAL(changed.status, 200u);
  CAF_CHECK_EQUAL(changed.body, "another file");
  CAF_CHECK(changed.headers["etag"] != tag);
}

CAF_TEST(nothing is sent for HEAD and for what the client has) {
  auto head = download({}, "HEAD");
  CAF_CHECK_EQUAL(head.status, 200u);
  CAF_CHECK(head.body.empty());
  CAF_CHECK_EQUAL(head.headers["content-length"],
                  std::to_string(content.size()));
  auto same = download({{"If-None-Match", head.headers["etag"]}});
  CAF_CHECK_EQUAL(same.status, 304u);
  CAF_CHECK(same.body.empty());
  for (auto tag : {"W/" + head.headers["etag"], std::string{"*"}}) {
    auto weak = download({{"If-None-Match", tag}});
    CAF_CHECK_EQUAL(weak.status, 304u);
  }
}

CAF_TEST(a viewer downloads nothing and a link is not followed) {
  auto refused = server.fetch("GET", file_path, bearer("viewer"));
  CAF_CHECK_EQUAL(refused.status, 403u);
  fs::remove(folder / "x.zip");
  CAF_CHECK_EQUAL(download().status, 404u);
  fs::create_symlink("/etc/passwd", folder / "x.zip");
  CAF_CHECK(download().status >= 400u);
}

CAF_TEST(a backup is asked for with its note and its format) {
  auto at = "/api/instances/main/databases/prod/backups";
  auto made = send("POST", at, R"({"note":"before the move"})", "operator");
  CAF_CHECK_EQUAL(made.status, 202u);
  CAF_CHECK_EQUAL(made.headers["location"], "/api/operations/op%207");
  send("POST", at, R"({"format":"dump"})", "operator");
  auto asked = requests();
  CAF_REQUIRE_EQUAL(asked.size(), 2u);
  const auto& first = asked[0];
  CAF_CHECK(first.kind == operation_kind::backup);
  CAF_CHECK_EQUAL(first.target, "prod");
  CAF_CHECK_EQUAL(first.note, "before the move");
  CAF_CHECK(first.format == backup_format::zip);
  CAF_CHECK(asked[1].format == backup_format::dump);
  CAF_CHECK_EQUAL(send("POST", at, R"({"format":"rar"})", "operator").status,
                  400u);
  auto long_note = "{\"note\":\"" + std::string(3'000, 'x') + "\"}";
  CAF_CHECK_EQUAL(send("POST", at, long_note, "operator").status, 400u);
  CAF_CHECK_EQUAL(send("POST", at, "{}", "viewer").status, 403u);
}

CAF_TEST(notes are changed by operators and pins by administrators) {
  auto changed = send("PATCH", path, R"({"note":"kept"})", "operator");
  CAF_CHECK_EQUAL(changed.status, 200u);
  CAF_CHECK(changed.body.find(R"("note":"kept","pinned":false)")
            != std::string::npos);
  CAF_CHECK_EQUAL(send("PATCH", path, R"({"pinned":true})", "operator").status,
                  403u);
  auto pinned = send("PATCH", path, R"({"pinned":true})", "admin");
  CAF_CHECK(pinned.body.find(R"("pinned":true)") != std::string::npos);
  auto none = send("PATCH", "/api/instances/main/backups/b2", "{}", "admin");
  CAF_CHECK_EQUAL(none.status, 404u);
}

CAF_TEST(a backup is deleted by who confirms it) {
  CAF_CHECK_EQUAL(send("DELETE", path, R"({"confirm":false})", "admin").status,
                  400u);
  CAF_CHECK_EQUAL(send("DELETE", path, "", "admin").status, 400u);
  CAF_CHECK_EQUAL(
    send("DELETE", path, R"({"confirm":true})", "operator").status, 403u);
  CAF_CHECK(requests().empty());
  CAF_CHECK_EQUAL(send("DELETE", path, R"({"confirm":true})", "admin").status,
                  202u);
  auto asked = requests();
  CAF_REQUIRE_EQUAL(asked.size(), 1u);
  CAF_CHECK(asked[0].kind == operation_kind::delete_backup);
  CAF_CHECK_EQUAL(asked[0].target, "b1");
}

CAF_TEST_FIXTURE_SCOPE_END()
