#include "operations/backup.hpp"

#include <algorithm>
#include <charconv>
#include <future>
#include <set>

#include "odoo/archive_proof.hpp"
#include "odoo/digest.hpp"
#include "odoo/manifest.hpp"
#include "operations/dump.hpp"
#include "operations/failpoint.hpp"
#include "operations/filestore_source.hpp"
#include "operations/part_file.hpp"
#include "operations/room.hpp"
#include "operations/write_all.hpp"

namespace atalaya {

namespace {

/// Beside what the sizes say: the archive's directory and the manifest.
constexpr auto overhead = uint64_t{1} << 20;

/// Members that are no files: the dump and the manifest.
constexpr auto beside_files = uint64_t{2};

/// Rows pack to about a third of their text (facts/performance.md 2), and much
/// of a database is indexes, which no backup holds. Where this is too little, a
/// full disk is an error that leaves nothing behind; to refuse what would fit
/// leaves people without.
uint64_t packed_rows(uint64_t database_size) {
  return database_size / 4;
}

/// What is in the archive beside the dump.
struct packed_filestore {
  uint64_t files = 0;
  uint64_t bytes = 0;            ///< Of all files.
  uint64_t missing = 0;          ///< Named by the dump, lost on disk before.
  uint64_t unnameable = 0;       ///< Left out: no archive may hold such a name.
  std::set<std::string> damaged; ///< Members unlike their names.
};

/// The files that a dump names, and which of them are in the archive.
/// `contains` may be called while another thread calls `add`.
class named_files {
public:
  explicit named_files(std::vector<std::string> names)
    : names_(std::move(names)), there_(names_.size(), false) {
    std::ranges::sort(names_);
  }

  bool contains(const std::string& file) const {
    return std::ranges::binary_search(names_, file);
  }

  void add(const std::string& file) {
    auto found = std::ranges::equal_range(names_, file);
    if (!found.empty())
      there_[static_cast<size_t>(found.begin() - names_.begin())] = true;
  }

  uint64_t missing() const {
    return static_cast<uint64_t>(std::ranges::count(there_, false));
  }

private:
  std::vector<std::string> names_;
  std::vector<bool> there_;
};

/// "19.0" of "19.0.1.3", "saas~18.2" of "saas~18.2.1.3".
std::string series_of(const std::string& base_version) {
  auto dot = base_version.find('.');
  return base_version.substr(0, base_version.find('.', dot + 1));
}

std::variant<int64_t, std::string> number_or_text(const std::string& text) {
  int64_t number = 0;
  auto end = text.data() + text.size();
  if (std::from_chars(text.data(), end, number).ptr == end)
    return number;
  return text;
}

odoo::manifest manifest_of(const std::string& database, const dump_result& x) {
  odoo::manifest result;
  auto series = series_of(x.base_version.value_or(""));
  auto dot = std::min(series.find('.'), series.size());
  result.db_name = database;
  result.version = result.major_version = series;
  result.version_info
    = {number_or_text(series.substr(0, dot)),
       number_or_text(series.substr(std::min(dot + 1, series.size()))),
       0,
       "final",
       0,
       ""};
  result.pg_version = odoo::manifest_pg_version(x.server_version_num);
  for (const auto& [module, version] : x.modules)
    result.modules.emplace_back(module, version);
  return result;
}

dump_source source_of(const context& ctx) {
  return {ctx.request.target, ctx.plan.postgres, ctx.engine,
          ctx.plan.postgres_container, ""};
}

/// Rows make more or less text than their tables have bytes: the end of the
/// phase is known only when it is there.
class row_progress {
public:
  explicit row_progress(context& ctx) : ctx_(ctx) {
    // nop
  }

  /// So many bytes of tables are to come.
  void begin(uint64_t table_bytes) {
    left_ = table_bytes;
    ctx_.phase("dumping", table_bytes);
  }

  dump_progress told() {
    return [this](uint64_t bytes) {
      auto shown = std::min(bytes, left_);
      left_ -= shown;
      ctx_.advance(shown);
    };
  }

private:
  context& ctx_;
  uint64_t left_ = 0;
};

void tell(context& ctx, const dump_result& x) {
  if (x.way == dump_way::fast)
    ctx.log("rows were copied over several connections");
  for (auto reason : x.reasons)
    ctx.log("dumped by pg_dump alone: " + std::string{sentence(reason)});
}

/// With the second pass over `files` as soon as the snapshot is held, beside
/// the rows, and another before each new attempt: what the snapshot names was
/// there before it, so that this loses only what both came and went between two
/// passes.
dump_result add_dump(context& ctx, odoo::zip_writer& to,
                     filestore_source& files, std::time_t time) {
  ctx.phase("dumping");
  row_progress progress{ctx};
  odoo::zip_text text{to, "dump.sql", time};
  std::future<void> linked;
  dump_options options;
  options.again = [&] { files.pass(); };
  options.held = [&](uint64_t table_bytes) {
    progress.begin(table_bytes);
    linked = std::async(std::launch::async, [&] { files.pass(); });
  };
  auto result = dump(
    source_of(ctx), [&](std::string_view rows) { text.append(rows); },
    progress.told(), ctx.cancelled(), options);
  linked.get();
  text.finish();
  tell(ctx, result);
  failpoint("backup-dumped");
  return result;
}

packed_filestore add_filestore(context& ctx, odoo::zip_writer& to,
                               filestore_source& from, named_files named,
                               std::time_t dumped_at) {
  ctx.phase("copying the filestore", from.size());
  packed_filestore result;
  filestore_wish wish;
  // What was written after the snapshot, and what isn't named in it, came
  // later; it may be growing still.
  wish.wanted = [&](const std::string& file, std::time_t modified) {
    auto here = modified < dumped_at || named.contains(file);
    if (here && !odoo::is_member_name("filestore/" + file)) {
      ++result.unnameable;
      return false;
    }
    return here;
  };
  wish.done = [&](const odoo::zipped_file& x) {
    ++result.files;
    result.bytes += x.size;
    named.add(x.name);
    auto member = "filestore/" + x.name;
    if (auto sha1 = odoo::sha1_in(member); sha1 && *sha1 != x.sha1)
      result.damaged.insert(member);
  };
  from.add_to(to, wish);
  result.missing = named.missing();
  failpoint("backup-filestore-packed");
  return result;
}

/// Tells of what was wrong before the backup, and returns what of it the
/// backup has in it for good.
std::string warn_of(context& ctx, const packed_filestore& x) {
  std::string result;
  if (x.missing > 0)
    ctx.warn(std::to_string(x.missing)
             + " files that attachments of the database name are not in the "
               "filestore; they were lost before this backup, or lie behind a "
               "symbolic link, which is not followed");
  if (x.unnameable > 0)
    ctx.warn(std::to_string(x.unnameable)
             + " files of the filestore were left out: their names have a "
               "backslash or a control character, or are too long");
  if (!x.damaged.empty()) {
    result = "files damaged on disk before this backup: "
             + std::to_string(x.damaged.size()) + ", " + *x.damaged.begin()
             + " among them";
    ctx.warn(result);
  }
  return result;
}

odoo::archive_proof prove(context& ctx, const part_file& file,
                          const packed_filestore& files, uint64_t content) {
  ctx.phase("proving", content);
  odoo::archive_proof_options options;
  options.damaged_before = &files.damaged;
  options.limits = {UINT64_MAX, UINT16_MAX, UINT64_MAX}; // It is ours.
  options.cancelled = &ctx.cancelled();
  options.progress = [&](uint64_t bytes) { ctx.advance(bytes); };
  auto result = odoo::prove_archive(file.fd(), file.path(), options);
  if (result.ok() && result.members != files.files + beside_files)
    result.problems.push_back(
      "it has " + std::to_string(result.members) + " members, and "
      + std::to_string(files.files + beside_files) + " were put in");
  if (!result.problems.empty())
    throw operation_failure{"the backup was made, but reading it again shows "
                            "that it is not whole, so it was not kept: "
                            + result.problems.front()};
  failpoint("backup-proved");
  return result;
}

backup entity_of(const context& ctx, const part_file& file) {
  backup result;
  result.id = file.id();
  result.database = ctx.request.target;
  result.filename = file.filename();
  result.format = ctx.request.format;
  result.created_at = file.created_at();
  result.created_by = ctx.request.requested_by;
  result.source = backup_source::manual;
  result.note = ctx.request.note;
  return result;
}

backup make_zip(context& ctx, part_file& file, filestore_source& source,
                timestamp begun) {
  auto time = std::chrono::system_clock::to_time_t(file.created_at());
  auto level = ctx.plan.smallest_backups ? odoo::zip_level::smallest
                                         : odoo::zip_level::fast;
  odoo::zip_writer archive{file.fd(), file.path(), level};
  auto dumped_at = std::time(nullptr);
  auto dumped = add_dump(ctx, archive, source, time);
  archive.add("manifest.json",
              odoo::write_manifest(manifest_of(ctx.request.target, dumped)),
              time);
  auto files = add_filestore(ctx, archive, source,
                             named_files{std::move(dumped.attachments)},
                             dumped_at);
  archive.finish();
  auto synced = std::async(std::launch::async, [&] { file.sync(); });
  auto proof = prove(ctx, file, files, dumped.bytes + files.bytes);
  synced.get();
  auto detail = warn_of(ctx, files);
  auto result = entity_of(ctx, file);
  result.size = proof.size;
  if (dumped.base_version)
    result.version = series_of(*dumped.base_version);
  result.pg_version = dumped.server_version;
  result.modules = dumped.modules.size();
  result.files = files.files;
  result.missing = files.missing;
  result.sha256 = proof.sha256;
  result.verified = {now(), true, proof_kind::read, detail};
  result.duration = now() - begun;
  return result;
}

/// pg_dump's own archive; `dump` has pg_restore read it to its end.
backup make_archive(context& ctx, part_file& file, timestamp begun) {
  ctx.phase("dumping");
  row_progress progress{ctx};
  odoo::digest sha256{odoo::digest::algorithm::sha256};
  auto result = entity_of(ctx, file);
  auto keep = [&](std::string_view bytes) {
    write_all(file.fd(), bytes, file.path());
    sha256.update(bytes);
    result.size += bytes.size();
  };
  dump_options options;
  options.archive = true;
  options.held = [&](uint64_t table_bytes) { progress.begin(table_bytes); };
  auto dumped = dump(source_of(ctx), keep, progress.told(), ctx.cancelled(),
                     options);
  file.sync();
  if (dumped.base_version)
    result.version = series_of(*dumped.base_version);
  result.pg_version = dumped.server_version;
  result.modules = dumped.modules.size();
  result.sha256 = sha256.hex();
  result.verified = {now(), true, proof_kind::read, ""};
  result.duration = now() - begun;
  return result;
}

} // namespace

std::optional<std::string> make_backup(context& ctx) {
  auto begun = now();
  auto room = packed_rows(ctx.what.database_size) + overhead;
  std::unique_ptr<filestore_source> files;
  if (ctx.request.format == backup_format::zip) {
    ctx.phase("linking the filestore");
    files = open_filestore(ctx);
    room += files->size();
  }
  require_room(ctx.plan.backups, room);
  part_file file{ctx};
  failpoint("backup-begun");
  auto made = files ? make_zip(ctx, file, *files, begun)
                    : make_archive(ctx, file, begun);
  ctx.phase("finishing");
  file.publish(made);
  ctx.log(file.filename() + " is made: " + human_size(made.size));
  return made.id;
}

} // namespace atalaya
