#define CAF_SUITE survey

#include "operations/survey.hpp"

#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/reflect/write_json.hpp"
#include "odoo/filestore_folder.hpp"
#include "odoo/manifest.hpp"
#include "odoo/zip_writer.hpp"
#include "operations/backup_name.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

namespace {

caf::actor_system_config& small(caf::actor_system_config& cfg) {
  cfg.set("scheduler.policy", caf::atom("sharing"));
  cfg.set("scheduler.max-threads", 2);
  return cfg;
}

struct fixture {
  fixture() : sys(small(cfg)), self(sys), uut(spawn_surveyor(sys)) {
    std::string name = fs::temp_directory_path() / "atalaya-survey-XXXXXX";
    if (!mkdtemp(name.data()))
      CAF_FAIL("no temporary folder");
    folder = name;
    request.filestore = folder / "filestore";
    request.backups = folder / "backups";
    fs::create_directories(request.filestore);
    fs::create_directories(request.backups);
  }

  ~fixture() {
    caf::anon_send_exit(uut, caf::exit_reason::user_shutdown);
    fs::remove_all(folder);
  }

  static void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream{path} << text;
  }

  template <class T, class... Ts>
  T answer(Ts... xs) {
    T result;
    self->request(uut, 30s, std::move(xs)...)
      .receive([&](T& x) { result = std::move(x); },
               [&](caf::error& err) { CAF_FAIL(sentence_of(err)); });
    return result;
  }

  survey ask() {
    return answer<survey>(request);
  }

  backup_listing list() {
    return answer<backup_listing>(atom::backups_v, request.backups);
  }

  const backup* find(const backup_listing& in, const std::string& filename) {
    for (const auto& x : in.backups)
      if (x.filename == filename)
        return &x;
    return nullptr;
  }

  backup listed(const std::string& filename) {
    auto all = list();
    auto found = find(all, filename);
    CAF_REQUIRE(found);
    return *found;
  }

  fs::path at(const std::string& below) const {
    return fs::path{request.backups} / below;
  }

  caf::actor_system_config cfg;
  caf::actor_system sys;
  caf::scoped_actor self;
  surveyor_actor uut;
  fs::path folder;
  survey_request request;
};

timestamp time(const char* text) {
  return parse_rfc3339(text).value();
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(survey_tests, fixture)

CAF_TEST(filestores are measured by database) {
  write(fs::path{request.filestore} / "prod/aa/1", std::string(10, 'x'));
  write(fs::path{request.filestore} / "prod/bb/2", std::string(20, 'x'));
  write(fs::path{request.filestore} / "other one/aa/1", std::string(5, 'x'));
  request.databases = {"prod", "other one", "no files yet"};
  auto found = ask();
  CAF_CHECK(found.filestores_readable);
  CAF_CHECK_EQUAL(found.detail, "");
  CAF_CHECK_EQUAL(found.filestores.size(), 3u);
  CAF_CHECK_EQUAL(found.filestores["prod"], 30u);
  CAF_CHECK_EQUAL(found.filestores["other one"], 5u);
  CAF_CHECK_EQUAL(found.filestores["no files yet"], 0u);
  write(fs::path{request.filestore} / "prod/bb/3", std::string(40, 'x'));
  found = ask();
  CAF_CHECK_EQUAL(found.filestores["prod"], 70u);
}

CAF_TEST(a filestore of many folders is measured in steps) {
  for (auto i = 0; i < 200; ++i)
    write(fs::path{request.filestore} / "prod" / std::to_string(i) / "x", "12");
  request.databases = {"prod"};
  auto found = ask();
  CAF_CHECK_EQUAL(found.filestores["prod"], 400u);
}

CAF_TEST(a filestore that can not be read is said in a sentence) {
  request.filestore = folder / "nowhere/filestore";
  request.databases = {"prod"};
  auto found = ask();
  CAF_CHECK(!found.filestores_readable);
  CAF_CHECK(found.filestores.empty());
  CAF_CHECK_EQUAL(found.detail,
                  "the filestore can't be read: " + request.filestore
                    + ": No such file or directory");
  request.filestore.clear();
  found = ask();
  CAF_CHECK(!found.filestores_readable);
  CAF_CHECK_EQUAL(found.detail, "");
}

CAF_TEST(an Odoo that has stored no file yet has empty filestores) {
  fs::remove_all(request.filestore);
  request.databases = {"prod"};
  auto found = ask();
  CAF_CHECK(found.filestores_readable);
  CAF_CHECK_EQUAL(found.filestores["prod"], 0u);
  CAF_CHECK_EQUAL(found.detail, "");
}

CAF_TEST(one bad database does not hide the others) {
  write(fs::path{request.filestore} / "prod/aa/1", "x");
  fs::create_directory_symlink("/etc", fs::path{request.filestore} / "link");
  request.databases = {"../backups", "link", "prod"};
  auto found = ask();
  CAF_CHECK(found.filestores_readable);
  CAF_CHECK_EQUAL(found.filestores.size(), 1u);
  CAF_CHECK_EQUAL(found.filestores["prod"], 1u);
  CAF_CHECK(found.detail.find("link") != std::string::npos);
}

CAF_TEST(backups are listed newest first with what their path says) {
  write(at("prod/prod_2026-01-02_03-04-05.zip"), "four");
  write(at("prod/prod_2026-01-02_03-04-05-2.dump"), "five5");
  write(at("a%2Fb%20%C3%B1/old_2019-12-31_23-59-59.zip"), "");
  auto found = list();
  CAF_REQUIRE_EQUAL(found.backups.size(), 3u);
  CAF_CHECK_EQUAL(found.backups.back().database, "a/b ñ");
  auto x = find(found, "prod_2026-01-02_03-04-05.zip");
  CAF_REQUIRE(x);
  // printf prod/prod_2026-01-02_03-04-05.zip | sha256sum
  CAF_CHECK_EQUAL(x->id, "8915dd4a393f7945");
  CAF_CHECK_EQUAL(x->database, "prod");
  CAF_CHECK_EQUAL(x->size, 4u);
  CAF_CHECK(x->format == backup_format::zip);
  CAF_CHECK(x->source == backup_source::found);
  CAF_CHECK(x->created_at == time("2026-01-02T03:04:05Z"));
  auto y = find(found, "prod_2026-01-02_03-04-05-2.dump");
  CAF_REQUIRE(y);
  CAF_CHECK(y->format == backup_format::dump);
  CAF_CHECK(y->created_at == x->created_at);
}

CAF_TEST(odd names are listed and what is no backup is not) {
  for (auto name : {"it's \"odd\" \\ ñ.zip", "-rf.zip", "new\nline.zip",
                    "%zz%.zip", ".zip.zip.dump"})
    write(at(std::string{"prod/"} + name), "x");
  for (auto name : {"x.zip.part", ".hidden.zip", "x.zip.json", "x.sql", "zip"})
    write(at(std::string{"prod/"} + name), "x");
  write(at(".atalaya/x.zip"), "x");
  write(at("at the top.zip"), "x");
  write(at("prod/\xff.zip"), "x");
  fs::create_directories(at("prod/folder.zip"));
  fs::create_symlink("/etc/passwd", at("prod/link.zip"));
  fs::create_directory_symlink("/etc", at("etc"));
  mkfifo(at("prod/pipe.zip").c_str(), 0600);
  auto found = list();
  CAF_CHECK_EQUAL(found.backups.size(), 4u);
  for (auto name :
       {"it's \"odd\" \\ ñ.zip", "-rf.zip", "new\nline.zip", "%zz%.zip"})
    CAF_CHECK(find(found, name) != nullptr);
  CAF_CHECK(found.detail.find("1 files or folders") != std::string::npos);
}

CAF_TEST(files that come grow and go are noticed) {
  CAF_CHECK(list().backups.empty());
  write(at("prod/x.zip"), "1");
  CAF_CHECK_EQUAL(listed("x.zip").size, 1u);
  write(at("prod/x.zip"), "12345");
  CAF_CHECK_EQUAL(listed("x.zip").size, 5u);
  fs::remove(at("prod/x.zip"));
  CAF_CHECK(list().backups.empty());
  fs::remove_all(request.backups);
  auto found = list();
  CAF_CHECK(found.backups.empty());
  CAF_CHECK_EQUAL(found.detail, "");
}

CAF_TEST(without a time in its name a backup is as old as its file) {
  write(at("prod/x.zip"), "1");
  timespec times[2]{{1'600'000'000, 0}, {1'600'000'000, 123'456'789}};
  utimensat(AT_FDCWD, at("prod/x.zip").c_str(), times, 0);
  CAF_CHECK(listed("x.zip").created_at == time("2020-09-13T12:26:40.123Z"));
}

CAF_TEST(a sidecar tells what the file itself can not) {
  backup told;
  told.id = "not the real one";
  told.database = "nor this";
  told.filename = "nor this.dump";
  told.size = 4;
  told.created_at = time("2026-05-05T05:05:05Z");
  told.source = backup_source::manual;
  told.note = "before the upgrade";
  told.pinned = true;
  told.sha256 = "abc";
  told.verified = proof{now() + 1h, true, proof_kind::read, "fine"};
  write(at("prod/x.zip"), "four");
  write(at("prod/x.zip.json"), to_json(told));
  auto found = list();
  auto x = find(found, "x.zip");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->database, "prod");
  CAF_CHECK(x->id != told.id);
  CAF_CHECK(x->format == backup_format::zip);
  CAF_CHECK_EQUAL(x->note, "before the upgrade");
  CAF_CHECK(x->pinned);
  CAF_CHECK(x->created_at == told.created_at);
  CAF_CHECK(x->source == backup_source::manual);
  CAF_CHECK(x->verified.has_value());
  told.verified->at = told.created_at;
  write(at("prod/x.zip.json"), to_json(told));
  CAF_CHECK(!listed("x.zip").verified); // It was written to since.
  CAF_CHECK(listed("x.zip").sha256.has_value());
  told.note = "changed";
  write(at("prod/x.zip.json"), to_json(told));
  CAF_CHECK_EQUAL(listed("x.zip").note, "changed");
  write(at("prod/x.zip"), "replaced by hand");
  found = list();
  CAF_CHECK(find(found, "x.zip")->pinned);
  CAF_CHECK(!find(found, "x.zip")->verified);
  CAF_CHECK(!find(found, "x.zip")->sha256);
}

CAF_TEST(an archive without a sidecar is described by its own manifest) {
  odoo::manifest manifest;
  manifest.major_version = "17.0";
  manifest.pg_version = "15.0";
  manifest.modules = {{"base", "17.0.1.3"}, {"sale", std::nullopt}};
  write(at("prod/x.zip"), "");
  odoo::descriptor file{open(at("prod/x.zip").c_str(), O_RDWR | O_CLOEXEC)};
  odoo::zip_writer archive{file.get(), "x.zip"};
  archive.add("dump.sql", "rows", 0);
  archive.add("manifest.json", odoo::write_manifest(manifest), 0);
  for (auto name : {"filestore/ab/ab12", "filestore/cd/cd34", "other"})
    archive.add(name, "content", 0);
  CAF_MESSAGE("while it is copied in, it tells nothing");
  auto found = list();
  CAF_REQUIRE(find(found, "x.zip"));
  CAF_CHECK(!find(found, "x.zip")->version);
  CAF_CHECK(!find(found, "x.zip")->files);
  archive.finish();
  found = list();
  auto x = find(found, "x.zip");
  CAF_CHECK_EQUAL(x->version.value_or(""), "17.0");
  CAF_CHECK_EQUAL(x->pg_version.value_or(""), "15");
  CAF_CHECK_EQUAL(x->modules.value_or(0), 2u);
  CAF_CHECK_EQUAL(x->files.value_or(0), 2u);
  CAF_CHECK(!x->missing);
  CAF_CHECK(x->source == backup_source::found);
}

CAF_TEST(a sidecar that is none is ignored) {
  for (std::string text :
       {"", "{", "[]", "{\"id\":1}", "\xff", "{\"note\":\"x\"}"}) {
    write(at("prod/x.zip"), "four");
    write(at("prod/x.zip.json"), text);
    auto found = list();
    CAF_REQUIRE(find(found, "x.zip"));
    CAF_CHECK(find(found, "x.zip")->source == backup_source::found);
  }
  backup told;
  told.size = 4;
  told.source = backup_source::manual;
  told.note = std::string(1 << 20, 'x');
  write(at("prod/x.zip.json"), to_json(told));
  CAF_CHECK(listed("x.zip").source == backup_source::found);
  told.note.clear();
  write(folder / "elsewhere.json", to_json(told));
  fs::remove(at("prod/x.zip.json"));
  fs::create_symlink(folder / "elsewhere.json", at("prod/x.zip.json"));
  CAF_CHECK(listed("x.zip").source == backup_source::found);
}

CAF_TEST(disks are those of the folders) {
  request.backups = folder / "not/made/yet";
  request.postgres_data = folder;
  auto disks = ask().disks;
  CAF_REQUIRE_EQUAL(disks.size(), 3u);
  CAF_CHECK(disks[0].for_ == disk_use::filestore);
  CAF_CHECK(disks[1].for_ == disk_use::backups);
  CAF_CHECK(disks[2].for_ == disk_use::postgres);
  auto space = fs::space(folder);
  for (const auto& x : disks) {
    CAF_CHECK_EQUAL(x.total, space.capacity);
    CAF_CHECK(x.free > 0 && x.free <= x.total);
  }
  request = {};
  CAF_CHECK(ask().disks.empty());
}

CAF_TEST(many at once are answered each with its own) {
  write(fs::path{request.filestore} / "prod/aa/1", "x");
  request.databases = {"prod"};
  auto answers = 0;
  for (auto i = 0; i < 20; ++i)
    self->send(uut, request);
  self->receive_for(answers, 20)(
    [](const survey& x) { CAF_CHECK_EQUAL(x.filestores.at("prod"), 1u); });
}

CAF_TEST(the time in a name is the last that is one) {
  CAF_CHECK(time_in_name("a_2026-01-02_03-04-05_2027-01-02_03-04-05.zip")
            == time("2027-01-02T03:04:05Z"));
  CAF_CHECK(time_in_name("a_2026-01-02_03-04-05 (1).zip")
            == time("2026-01-02T03:04:05Z"));
  for (auto name : {"a_2026-13-02_03-04-05.zip", "a_2026-01-02.zip", "", "_",
                    "a_2026-01-02_03-04-0x.zip", "a-2026-01-02_03-04-05.zip"})
    CAF_CHECK(!time_in_name(name));
}

CAF_TEST_FIXTURE_SCOPE_END()
